-- CreateTable
CREATE TABLE "whales"."label" (
    "chain" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "owner" TEXT,
    "source_url" TEXT,
    "date" TIMESTAMPTZ(3),
    "confidence" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "label_pkey" PRIMARY KEY ("chain","address","source","name","kind")
);

-- CreateTable
CREATE TABLE "whales"."label_revision" (
    "id" SMALLINT NOT NULL,
    "revision" BIGINT NOT NULL,

    CONSTRAINT "label_revision_pkey" PRIMARY KEY ("id")
);

INSERT INTO "whales"."label_revision" ("id", "revision") VALUES (1, 0);

-- CreateTable
CREATE TABLE "whales"."own_label" (
    "user_id" UUID NOT NULL,
    "chain" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "own_label_pkey" PRIMARY KEY ("user_id","chain","address")
);

-- CreateTable
CREATE TABLE "whales"."followed_wallet" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "chain" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "group_name" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "followed_wallet_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "whales"."party_owner" (
    "term" TEXT NOT NULL,
    "chain" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "usd_band" SMALLINT NOT NULL,

    CONSTRAINT "party_owner_pkey" PRIMARY KEY ("term","chain","hash")
);

-- CreateIndex
CREATE UNIQUE INDEX "followed_wallet_user_id_chain_address_key" ON "whales"."followed_wallet"("user_id", "chain", "address");

-- CreateIndex
CREATE INDEX "party_owner_term_usd_band_time_chain_hash_idx" ON "whales"."party_owner"("term", "usd_band", "time", "chain", "hash");

-- Of what is stored already.
INSERT INTO "whales"."party_owner" ("term", "chain", "hash", "time", "usd_band")
SELECT DISTINCT named.term, t.chain, t.hash, t.time, t.usd_band
FROM "whales"."transaction" t
CROSS JOIN LATERAL jsonb_array_elements(t.legs) AS leg
CROSS JOIN LATERAL jsonb_array_elements((leg->'from') || (leg->'to')) AS party
CROSS JOIN LATERAL (VALUES
    ('kind:' || (party->>'ownerKind')),
    ('owner:' || lower(party->>'owner'))
) AS named(term)
WHERE named.term IS NOT NULL;

-- Whatever a query asks for, a user sees and writes what is that user's own. Nobody sees those of all.
ALTER TABLE "whales"."own_label" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "whales"."own_label"
  USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);

ALTER TABLE "whales"."followed_wallet" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "whales"."followed_wallet"
  USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);
