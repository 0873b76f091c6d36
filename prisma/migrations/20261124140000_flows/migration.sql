-- CreateTable
CREATE TABLE "whales"."exchange_flow" (
    "symbol" TEXT NOT NULL,
    "bucket" TEXT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "exchange" TEXT NOT NULL,
    "in_amount" DECIMAL NOT NULL,
    "out_amount" DECIMAL NOT NULL,
    "in_usd" DECIMAL NOT NULL,
    "out_usd" DECIMAL NOT NULL,
    "transactions" INTEGER NOT NULL,

    CONSTRAINT "exchange_flow_pkey" PRIMARY KEY ("symbol","bucket","time","exchange")
);

-- CreateTable
CREATE TABLE "whales"."owner_flow" (
    "symbol" TEXT NOT NULL,
    "bucket" TEXT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "from_owner" TEXT NOT NULL,
    "to_owner" TEXT NOT NULL,
    "from_kind" TEXT NOT NULL,
    "to_kind" TEXT NOT NULL,
    "usd" DECIMAL NOT NULL,
    "transactions" INTEGER NOT NULL,

    CONSTRAINT "owner_flow_pkey" PRIMARY KEY ("symbol","bucket","time","from_owner","to_owner","from_kind","to_kind")
);

-- CreateTable
CREATE TABLE "whales"."wallet_move" (
    "chain" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "hash" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "received" DECIMAL,
    "sent" DECIMAL,
    "received_usd" DECIMAL,
    "sent_usd" DECIMAL,

    CONSTRAINT "wallet_move_pkey" PRIMARY KEY ("chain","address","time","hash","symbol")
);

-- CreateTable
CREATE TABLE "whales"."wallet_asset" (
    "chain" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "received" DECIMAL NOT NULL,
    "sent" DECIMAL NOT NULL,
    "received_usd" DECIMAL NOT NULL,
    "sent_usd" DECIMAL NOT NULL,
    "shared" INTEGER NOT NULL,
    "moves" INTEGER NOT NULL,

    CONSTRAINT "wallet_asset_pkey" PRIMARY KEY ("chain","address","symbol")
);

-- CreateTable
CREATE TABLE "whales"."wallet_activity" (
    "chain" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "weekday" SMALLINT NOT NULL,
    "hour" SMALLINT NOT NULL,
    "transactions" INTEGER NOT NULL,

    CONSTRAINT "wallet_activity_pkey" PRIMARY KEY ("chain","address","weekday","hour")
);

-- CreateTable
CREATE TABLE "whales"."wallet_counterparty" (
    "chain" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "other" TEXT NOT NULL,
    "owner" TEXT,
    "owner_kind" TEXT NOT NULL,
    "transactions" INTEGER NOT NULL,
    "received_usd" DECIMAL NOT NULL,
    "sent_usd" DECIMAL NOT NULL,
    "usd" DECIMAL NOT NULL,

    CONSTRAINT "wallet_counterparty_pkey" PRIMARY KEY ("chain","address","other")
);

-- CreateIndex
CREATE INDEX "owner_flow_bucket_time_idx" ON "whales"."owner_flow"("bucket", "time");

-- CreateIndex
CREATE INDEX "wallet_counterparty_chain_address_usd_other_idx" ON "whales"."wallet_counterparty"("chain", "address", "usd", "other");

-- CreateTable
CREATE TABLE "whales"."pattern" (
    "id" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "score" DOUBLE PRECISION,
    "explanation" TEXT NOT NULL,
    "figures" JSONB NOT NULL,

    CONSTRAINT "pattern_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "whales"."pattern_move" (
    "pattern_id" TEXT NOT NULL,
    "chain" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "usd_band" SMALLINT NOT NULL,
    "rule" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,

    CONSTRAINT "pattern_move_pkey" PRIMARY KEY ("pattern_id","time","chain","hash")
);

-- CreateTable
CREATE TABLE "whales"."pattern_history" (
    "symbol" TEXT NOT NULL,
    "measure" TEXT NOT NULL,
    "values" DOUBLE PRECISION[],

    CONSTRAINT "pattern_history_pkey" PRIMARY KEY ("symbol","measure")
);

-- CreateTable
CREATE TABLE "whales"."pattern_progress" (
    "id" SMALLINT NOT NULL,
    "position" BIGINT NOT NULL,

    CONSTRAINT "pattern_progress_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "pattern_rule_time_id_idx" ON "whales"."pattern"("rule", "time", "id");

-- CreateIndex
CREATE INDEX "pattern_rule_symbol_time_id_idx" ON "whales"."pattern"("rule", "symbol", "time", "id");

-- CreateIndex
CREATE INDEX "pattern_move_chain_hash_idx" ON "whales"."pattern_move"("chain", "hash");

-- CreateIndex
CREATE INDEX "pattern_move_rule_usd_band_time_chain_hash_idx" ON "whales"."pattern_move"("rule", "usd_band", "time", "chain", "hash");

-- CreateIndex
CREATE INDEX "pattern_move_rule_symbol_usd_band_time_chain_hash_idx" ON "whales"."pattern_move"("rule", "symbol", "usd_band", "time", "chain", "hash");

-- Transactions of before were in no roll-up; positions begin where they are.
INSERT INTO "whales"."pattern_progress" ("id", "position") SELECT 1, position FROM "whales"."journal";
