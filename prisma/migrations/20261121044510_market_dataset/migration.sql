-- CreateTable
CREATE TABLE "market"."dataset" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "source" TEXT NOT NULL,
    "owner" UUID NOT NULL,
    "since" TIMESTAMPTZ(3),
    "until" TIMESTAMPTZ(3),

    CONSTRAINT "dataset_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "dataset_one_row" CHECK ("id" = 1)
);
