-- CreateTable
CREATE TABLE "users"."api_key" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "key_hash" BYTEA NOT NULL,
    "scopes" TEXT[],
    "allowed_ips" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "last_used_address" TEXT,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users"."preference" (
    "user_id" UUID NOT NULL,
    "currency" TEXT NOT NULL,
    "time_zone" TEXT,
    "theme" TEXT NOT NULL,
    "locale" TEXT,
    "default_interval" TEXT NOT NULL,

    CONSTRAINT "preference_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "users"."watchlist" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "symbols" TEXT[],
    "position" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "watchlist_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users"."account_deletion" (
    "user_id" UUID NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_deletion_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE INDEX "api_key_user_id_created_at_id_idx" ON "users"."api_key"("user_id", "created_at" DESC, "id");

-- CreateIndex
CREATE UNIQUE INDEX "watchlist_user_id_name_key" ON "users"."watchlist"("user_id", "name");

-- CreateIndex
CREATE INDEX "account_deletion_due_at_idx" ON "users"."account_deletion"("due_at");

-- AddForeignKey
ALTER TABLE "users"."api_key" ADD CONSTRAINT "api_key_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"."user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "users"."preference" ADD CONSTRAINT "preference_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"."user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "users"."watchlist" ADD CONSTRAINT "watchlist_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"."user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "users"."account_deletion" ADD CONSTRAINT "account_deletion_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"."user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Keys are verified, and accounts deleted, in nobody's name.
ALTER TABLE "users"."api_key" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "users"."api_key"
  USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);
CREATE POLICY system ON "users"."api_key" USING (current_setting('spyhop.system', true) = 'on');

ALTER TABLE "users"."account_deletion" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "users"."account_deletion"
  USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);
CREATE POLICY system ON "users"."account_deletion" USING (current_setting('spyhop.system', true) = 'on');

ALTER TABLE "users"."watchlist" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "users"."watchlist"
  USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);

ALTER TABLE "users"."preference" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "users"."preference"
  USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);
