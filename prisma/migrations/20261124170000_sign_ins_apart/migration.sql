-- A device that has only set the password, by mail, has not signed in.
ALTER TABLE "users"."known_device" ALTER COLUMN "last_at" DROP NOT NULL;

-- CreateIndex
CREATE INDEX "audit_entry_subject_kind_at_sequence_idx" ON "users"."audit_entry"("subject", "kind", "at" DESC, "sequence" DESC);
