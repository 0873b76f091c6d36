-- What is there already began before anything that comes.
ALTER TABLE "market"."dataset_part" ADD COLUMN "begun" TIMESTAMPTZ(3) NOT NULL DEFAULT '1970-01-01Z';
ALTER TABLE "market"."dataset_part" ALTER COLUMN "begun" DROP DEFAULT;

ALTER TABLE "analytics"."close" ADD COLUMN "dataset" TIMESTAMPTZ(3) NOT NULL DEFAULT '1970-01-01Z';
ALTER TABLE "analytics"."close" ALTER COLUMN "dataset" DROP DEFAULT;
