-- CreateTable
CREATE TABLE "market"."dataset_part" (
    "symbol" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "owner" UUID NOT NULL,
    "since" TIMESTAMPTZ(3),
    "until" TIMESTAMPTZ(3),
    "announced" BOOLEAN NOT NULL,

    CONSTRAINT "dataset_part_pkey" PRIMARY KEY ("symbol")
);

-- What one row said of all symbols is said of each.
INSERT INTO "market"."dataset_part" ("symbol", "source", "owner", "since", "until", "announced")
SELECT "asset"."symbol", "dataset"."source", "dataset"."owner", "dataset"."since", "dataset"."until", true
FROM "market"."dataset" CROSS JOIN "market"."asset";

-- DropTable
DROP TABLE "market"."dataset";
