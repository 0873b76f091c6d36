-- AlterTable
ALTER TABLE "whales"."pattern" ADD COLUMN     "pass" UUID;

-- AlterTable
ALTER TABLE "whales"."pattern_progress" ADD COLUMN     "pass" UUID,
ADD COLUMN     "passed" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "symbols" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "whales"."pattern_awaiting" (
    "symbol" TEXT NOT NULL,

    CONSTRAINT "pattern_awaiting_pkey" PRIMARY KEY ("symbol")
);

-- CreateTable
CREATE TABLE "whales"."pattern_history_anew" (
    "symbol" TEXT NOT NULL,
    "measure" TEXT NOT NULL,
    "values" DOUBLE PRECISION[],

    CONSTRAINT "pattern_history_anew_pkey" PRIMARY KEY ("symbol","measure")
);

-- In the order in which transactions were first stored patterns are found anew.
CREATE INDEX "transaction_first_position_idx"
  ON "whales"."transaction" ((coalesce("first_position", "position")));

-- What is simulated is forgotten at once when real transactions replace it.
GRANT TRUNCATE ON "whales"."pattern_move", "whales"."asset_move", "whales"."party_owner", "whales"."transaction",
  "whales"."fold", "whales"."pattern", "whales"."pattern_history", "whales"."pattern_history_anew",
  "whales"."pattern_awaiting", "whales"."exchange_flow", "whales"."owner_flow", "whales"."asset_activity",
  "whales"."wallet_move", "whales"."wallet_asset", "whales"."wallet_activity", "whales"."wallet_counterparty"
  TO "spyhop_whales";

-- From when to when transactions were forgotten for their age; null before any was.
ALTER TABLE "whales"."journal" ADD COLUMN     "forgotten_from" TIMESTAMPTZ(3),
ADD COLUMN     "forgotten_to" TIMESTAMPTZ(3);
