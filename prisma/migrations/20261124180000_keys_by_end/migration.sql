-- CreateIndex
CREATE INDEX "api_key_expires_at_idx" ON "users"."api_key"("expires_at");
