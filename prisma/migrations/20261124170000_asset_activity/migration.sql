-- CreateTable
CREATE TABLE "whales"."asset_activity" (
    "symbol" TEXT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "usd" DECIMAL NOT NULL,
    "to_exchanges_usd" DECIMAL NOT NULL,
    "from_exchanges_usd" DECIMAL NOT NULL,
    "transactions" INTEGER NOT NULL,

    CONSTRAINT "asset_activity_pkey" PRIMARY KEY ("symbol","time")
);

-- Of what is stored already; the band of what was replaced, dropped or retracted is below 0.
INSERT INTO "whales"."asset_activity"
SELECT "symbol", date_trunc('hour', "time", 'UTC'), coalesce(sum("usd"), 0),
  coalesce(sum("usd") FILTER (WHERE "direction" = 'TO_EXCHANGE'), 0),
  coalesce(sum("usd") FILTER (WHERE "direction" = 'FROM_EXCHANGE'), 0), count(*)
FROM "whales"."asset_move" WHERE "usd_band" >= 0 GROUP BY 1, 2;
