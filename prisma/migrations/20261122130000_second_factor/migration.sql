-- CreateTable
CREATE TABLE "users"."totp" (
    "user_id" UUID NOT NULL,
    "seed" TEXT NOT NULL,
    "last_step" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "totp_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "users"."passkey" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "credential_id" BYTEA NOT NULL,
    "public_key" BYTEA NOT NULL,
    "counter" BIGINT NOT NULL,
    "transports" TEXT[],
    "synced" BOOLEAN NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "passkey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users"."recovery_code" (
    "user_id" UUID NOT NULL,
    "code_hash" BYTEA NOT NULL,

    CONSTRAINT "recovery_code_pkey" PRIMARY KEY ("user_id","code_hash")
);

-- CreateIndex
CREATE UNIQUE INDEX "passkey_credential_id_key" ON "users"."passkey"("credential_id");

-- CreateIndex
CREATE INDEX "passkey_user_id_created_at_idx" ON "users"."passkey"("user_id", "created_at");

-- AddForeignKey
ALTER TABLE "users"."totp" ADD CONSTRAINT "totp_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"."user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "users"."passkey" ADD CONSTRAINT "passkey_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"."user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "users"."recovery_code" ADD CONSTRAINT "recovery_code_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"."user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Rows have owners; signing in comes before it is known whose rows it needs.
ALTER TABLE "users"."totp" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "users"."totp"
  USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);
CREATE POLICY system ON "users"."totp" USING (current_setting('spyhop.system', true) = 'on');

ALTER TABLE "users"."passkey" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "users"."passkey"
  USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);
CREATE POLICY system ON "users"."passkey" USING (current_setting('spyhop.system', true) = 'on');

ALTER TABLE "users"."recovery_code" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "users"."recovery_code"
  USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);
CREATE POLICY system ON "users"."recovery_code" USING (current_setting('spyhop.system', true) = 'on');
