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
