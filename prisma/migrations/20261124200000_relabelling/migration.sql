-- AlterTable
ALTER TABLE "whales"."journal" ADD COLUMN     "relabelled" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "whales"."relabelling" (
    "chain" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL DEFAULT '-infinity'::timestamp with time zone,
    "hash" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "relabelling_pkey" PRIMARY KEY ("chain","address")
);

-- What is stored already may not know of any label that is.
INSERT INTO "whales"."relabelling" ("chain", "address")
SELECT DISTINCT "chain", "address" FROM "whales"."label";
