-- AlterTable
ALTER TABLE "whales"."transaction" ADD COLUMN     "confirmations" INTEGER,
ADD COLUMN     "first_position" BIGINT,
ADD COLUMN     "replaced_by" TEXT,
ADD COLUMN     "status" TEXT NOT NULL DEFAULT 'CONFIRMED',
ADD COLUMN     "status_at" TIMESTAMPTZ(3) NOT NULL DEFAULT '1970-01-01 00:00:00+00'::timestamp with time zone;
