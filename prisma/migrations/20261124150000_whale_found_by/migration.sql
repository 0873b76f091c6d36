-- Who takes part, also as lists show it: a fold by whom it begins and ends with. The asset stands with it.
ALTER TABLE "whales"."party_owner" RENAME TO "party_owner_before";
ALTER TABLE "whales"."party_owner_before" RENAME CONSTRAINT "party_owner_pkey" TO "party_owner_before_pkey";
DROP INDEX "whales"."party_owner_term_usd_band_time_chain_hash_idx";

-- CreateTable
CREATE TABLE "whales"."party_owner" (
    "term" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "chain" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "usd_band" SMALLINT,
    "is_fold" BOOLEAN NOT NULL DEFAULT false,
    "listed_band" SMALLINT,
    "listed_direction" TEXT,

    CONSTRAINT "party_owner_pkey" PRIMARY KEY ("chain","hash","term","symbol")
);

INSERT INTO "whales"."party_owner" ("term", "symbol", "chain", "hash", "time", "usd_band", "is_fold", "listed_band", "listed_direction")
SELECT p."term", m."symbol", p."chain", p."hash", p."time", p."usd_band", m."is_fold",
  CASE WHEN t."fold_hash" IS NULL THEN t."listed_band" END,
  CASE WHEN t."fold_hash" IS NULL THEN t."listed_direction" END
FROM "whales"."party_owner_before" p
JOIN "whales"."asset_move" m USING ("chain", "hash")
JOIN "whales"."transaction" t USING ("chain", "hash");

INSERT INTO "whales"."party_owner" ("term", "symbol", "chain", "hash", "time", "is_fold", "listed_band", "listed_direction")
SELECT DISTINCT named.term, f."symbol", f."chain", f."hash", t."time", true, t."listed_band", t."listed_direction"
FROM "whales"."fold" f
JOIN "whales"."transaction" t USING ("chain", "hash")
CROSS JOIN LATERAL jsonb_array_elements(f."from" || f."to") AS party
CROSS JOIN LATERAL (VALUES
    ('kind:' || (party->>'ownerKind')),
    ('owner:' || lower(party->>'owner'))
) AS named(term)
WHERE named.term IS NOT NULL
ON CONFLICT ("chain", "hash", "term", "symbol") DO UPDATE SET
  "listed_band" = excluded."listed_band", "listed_direction" = excluded."listed_direction";

DROP TABLE "whales"."party_owner_before";

-- CreateIndex
CREATE INDEX "party_owner_term_usd_band_time_chain_hash_idx" ON "whales"."party_owner"("term", "usd_band", "time", "chain", "hash");

-- CreateIndex
CREATE INDEX "party_owner_listed_band_idx" ON "whales"."party_owner"("term", "listed_band", "time", "chain", "hash") WHERE "listed_band" IS NOT NULL;

-- CreateIndex
CREATE INDEX "party_owner_listed_symbol_idx" ON "whales"."party_owner"("term", "symbol", "listed_band", "time", "chain", "hash") WHERE "listed_band" IS NOT NULL;

-- CreateIndex
CREATE INDEX "party_owner_listed_chain_idx" ON "whales"."party_owner"("term", "chain", "listed_band", "time", "hash") WHERE "listed_band" IS NOT NULL;

-- CreateIndex
CREATE INDEX "party_owner_listed_direction_idx" ON "whales"."party_owner"("term", "listed_direction", "listed_band", "time", "chain", "hash") WHERE "listed_band" IS NOT NULL;

-- CreateIndex: heads alone.
CREATE INDEX "party_owner_heads_idx" ON "whales"."party_owner"("term", "listed_band", "time", "chain", "hash") WHERE "is_fold";

-- CreateIndex
CREATE INDEX "asset_move_listed_chain_idx" ON "whales"."asset_move"("symbol", "chain", "listed_band", "time", "hash") WHERE "listed_band" IS NOT NULL;

-- CreateIndex
CREATE INDEX "asset_move_listed_direction_idx" ON "whales"."asset_move"("symbol", "listed_direction", "listed_band", "time", "chain", "hash") WHERE "listed_band" IS NOT NULL;
