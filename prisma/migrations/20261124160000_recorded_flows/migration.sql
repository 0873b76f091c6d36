-- CreateTable
CREATE TABLE "whales"."recorded_flow" (
    "symbol" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "in_usd" DECIMAL NOT NULL,
    "out_usd" DECIMAL NOT NULL,
    "minutes" SMALLINT NOT NULL,

    CONSTRAINT "recorded_flow_pkey" PRIMARY KEY ("symbol","source","time")
);
