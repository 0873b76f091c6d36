-- CreateTable
CREATE TABLE "whales"."fold" (
    "chain" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "members" INTEGER NOT NULL,
    "amount" DECIMAL NOT NULL,
    "rest" DECIMAL,
    "usd" DECIMAL,
    "first_time" TIMESTAMPTZ(3) NOT NULL,
    "last_time" TIMESTAMPTZ(3) NOT NULL,
    "from" JSONB NOT NULL,
    "to" JSONB NOT NULL,

    CONSTRAINT "fold_pkey" PRIMARY KEY ("chain","hash")
);

-- AlterTable
ALTER TABLE "whales"."transaction" ADD COLUMN "direction" TEXT NOT NULL DEFAULT 'ELSEWHERE',
ADD COLUMN "fold_hash" TEXT,
ADD COLUMN "listed_band" SMALLINT,
ADD COLUMN "listed_direction" TEXT,
ADD COLUMN "listed_usd" DECIMAL,
ADD COLUMN IF NOT EXISTS "first_position" BIGINT;

-- AlterTable
ALTER TABLE "whales"."asset_move" ADD COLUMN "is_fold" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "listed_band" SMALLINT,
ADD COLUMN "listed_direction" TEXT;

-- What is there already stands alone. Its direction follows from its legs as rules/direction.ts has it.
UPDATE "whales"."transaction" t
SET "listed_band" = "usd_band", "listed_usd" = "usd", "direction" = told.direction, "listed_direction" = told.direction
FROM (
  SELECT "chain", "hash", CASE
    WHEN parties > 1 AND owners = 1 AND nobodies = 0 THEN 'INTERNAL'
    WHEN comes AND goes THEN 'BETWEEN_EXCHANGES'
    WHEN goes THEN 'TO_EXCHANGE'
    WHEN comes THEN 'FROM_EXCHANGE'
    ELSE 'ELSEWHERE' END AS direction
  FROM "whales"."transaction" CROSS JOIN LATERAL (
    SELECT count(*) AS parties, count(DISTINCT party ->> 'owner') AS owners,
      count(*) FILTER (WHERE party ->> 'owner' IS NULL) AS nobodies,
      coalesce(bool_or(side = 'from' AND party ->> 'ownerKind' LIKE 'EXCHANGE%'), false) AS comes,
      coalesce(bool_or(side = 'to' AND party ->> 'ownerKind' LIKE 'EXCHANGE%'), false) AS goes
    FROM jsonb_array_elements("legs") AS leg CROSS JOIN unnest(ARRAY['from', 'to']) AS side
      CROSS JOIN LATERAL jsonb_array_elements(leg -> side) AS party
  ) AS legs
) AS told
WHERE told."chain" = t."chain" AND told."hash" = t."hash";

UPDATE "whales"."asset_move" m SET "listed_band" = t."listed_band", "listed_direction" = t."listed_direction"
FROM "whales"."transaction" t WHERE t."chain" = m."chain" AND t."hash" = m."hash";

-- CreateIndex: lists of what is not a member of a fold, which are what most ask for.
CREATE INDEX "transaction_listed_band_idx" ON "whales"."transaction"("listed_band", "time", "chain", "hash") WHERE "listed_band" IS NOT NULL;

-- CreateIndex
CREATE INDEX "transaction_listed_chain_idx" ON "whales"."transaction"("chain", "listed_band", "time", "hash") WHERE "listed_band" IS NOT NULL;

-- CreateIndex
CREATE INDEX "transaction_listed_direction_idx" ON "whales"."transaction"("listed_direction", "listed_band", "time", "chain", "hash") WHERE "listed_band" IS NOT NULL;

-- CreateIndex: heads alone.
CREATE INDEX "transaction_heads_idx" ON "whales"."transaction"("listed_band", "time", "chain", "hash") WHERE "fold_hash" = "hash";

-- CreateIndex: members of a fold.
CREATE INDEX "transaction_fold_idx" ON "whales"."transaction"("chain", "fold_hash", "time", "hash") WHERE "fold_hash" IS NOT NULL;

-- CreateIndex
CREATE INDEX "asset_move_listed_band_idx" ON "whales"."asset_move"("symbol", "listed_band", "time", "chain", "hash") WHERE "listed_band" IS NOT NULL;

-- CreateIndex
CREATE INDEX "asset_move_heads_idx" ON "whales"."asset_move"("symbol", "listed_band", "time", "chain", "hash") WHERE "is_fold";
