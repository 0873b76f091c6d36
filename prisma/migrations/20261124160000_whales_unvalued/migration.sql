-- What has no worth, or only its source's word for it, is found to be valued once candles reach there.
CREATE INDEX "transaction_unvalued_idx" ON "whales"."transaction" ("time", "chain", "hash")
  WHERE ("legs" @> '[{"usdBasis": null}]'::jsonb OR "legs" @> '[{"usdBasis": "SOURCE"}]'::jsonb);
