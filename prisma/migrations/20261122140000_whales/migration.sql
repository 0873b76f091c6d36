-- A role for the domain, as the others have; where whoever migrates may not create roles, this says what to do.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'spyhop_whales') THEN
    BEGIN
      CREATE ROLE spyhop_whales NOLOGIN;
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL;
      WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'The role % may not create roles: have an administrator run CREATE ROLE spyhop_whales; GRANT spyhop_whales TO %;',
          current_user, quote_ident(current_user)
          USING ERRCODE = 'insufficient_privilege';
    END;
  END IF;
  IF NOT pg_has_role(current_user, 'spyhop_whales', 'USAGE') THEN
    GRANT spyhop_whales TO CURRENT_USER;
  END IF;
END
$$;

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "whales";

GRANT USAGE ON SCHEMA "whales" TO "spyhop_whales";
ALTER DEFAULT PRIVILEGES IN SCHEMA "whales" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "spyhop_whales";
ALTER DEFAULT PRIVILEGES IN SCHEMA "whales" GRANT USAGE, SELECT ON SEQUENCES TO "spyhop_whales";

-- CreateTable
CREATE TABLE "whales"."transaction" (
    "chain" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "usd" DECIMAL,
    "usd_band" SMALLINT NOT NULL,
    "legs" JSONB NOT NULL,
    "sources" TEXT[],

    CONSTRAINT "transaction_pkey" PRIMARY KEY ("chain","hash")
);

-- CreateTable
CREATE TABLE "whales"."asset_move" (
    "symbol" TEXT NOT NULL,
    "chain" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "usd_band" SMALLINT NOT NULL,
    "amount" DECIMAL NOT NULL,
    "usd" DECIMAL,
    "direction" TEXT NOT NULL,

    CONSTRAINT "asset_move_pkey" PRIMARY KEY ("symbol","chain","hash")
);

-- CreateTable
CREATE TABLE "whales"."journal" (
    "id" SMALLINT NOT NULL,
    "position" BIGINT NOT NULL,
    "kind" TEXT,
    "begun" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "journal_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "transaction_position_key" ON "whales"."transaction"("position");

-- CreateIndex
CREATE INDEX "transaction_usd_band_time_chain_hash_idx" ON "whales"."transaction"("usd_band", "time", "chain", "hash");

-- CreateIndex
CREATE INDEX "transaction_chain_usd_band_time_hash_idx" ON "whales"."transaction"("chain", "usd_band", "time", "hash");

-- CreateIndex
CREATE INDEX "asset_move_symbol_usd_band_time_chain_hash_idx" ON "whales"."asset_move"("symbol", "usd_band", "time", "chain", "hash");

INSERT INTO "whales"."journal" ("id", "position", "kind", "begun") VALUES (1, 0, NULL, '1970-01-01Z');
