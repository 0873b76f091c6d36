-- What comes before it is known who asks, like signing in, has a role of its own, which no other can become; so has what
-- reads the key with which a process proves in whose name it asks. Neither is there for requests of users.
DO $$
DECLARE
  system_role text;
BEGIN
  FOREACH system_role IN ARRAY ARRAY['spyhop_users_system', 'spyhop_whales_system'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = system_role) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', system_role);
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'The role % may not create roles: have an administrator run CREATE ROLE %; GRANT % TO %;',
            current_user, system_role, system_role, quote_ident(current_user)
            USING ERRCODE = 'insufficient_privilege';
      END;
    END IF;
    IF NOT pg_has_role(current_user, system_role, 'USAGE') THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', system_role);
    END IF;
  END LOOP;
END
$$;

-- The key, and what HMAC makes of it (RFC 2104): 0x36 and 0x5c over a block of SHA-256, 64 bytes.
CREATE SCHEMA "row_owner";
CREATE TABLE "row_owner"."key" (
    "is_only" BOOLEAN NOT NULL DEFAULT true CHECK ("is_only"),
    "key" BYTEA NOT NULL,
    "inner_pad" BYTEA NOT NULL,
    "outer_pad" BYTEA NOT NULL,

    CONSTRAINT "key_pkey" PRIMARY KEY ("is_only")
);
DO $$
DECLARE
  random CONSTANT bytea := sha256(convert_to(concat(gen_random_uuid(), gen_random_uuid(), gen_random_uuid()), 'UTF8'));
  inner_pad bytea := random || decode(repeat('00', 32), 'hex');
  outer_pad bytea := inner_pad;
BEGIN
  FOR at IN 0..63 LOOP
    inner_pad := set_byte(inner_pad, at, get_byte(inner_pad, at) # 54);
    outer_pad := set_byte(outer_pad, at, get_byte(outer_pad, at) # 92);
  END LOOP;
  INSERT INTO "row_owner"."key" ("key", "inner_pad", "outer_pad") VALUES (random, inner_pad, outer_pad);
END
$$;

-- In whose name the transaction asks, where that is proved; else null.
CREATE FUNCTION "row_owner"."id"() RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  said CONSTANT text := nullif(current_setting('spyhop.user_id', true), '');
  proof CONSTANT text := current_setting('spyhop.user_proof', true);
  proved text;
BEGIN
  SELECT encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(said, 'UTF8'))), 'hex') INTO proved
  FROM row_owner.key k;
  RETURN CASE WHEN proved = proof THEN said::uuid END;
END
$$;
REVOKE EXECUTE ON FUNCTION "row_owner"."id"() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "row_owner"."id"() TO "spyhop_users", "spyhop_whales";
GRANT SELECT ("key") ON "row_owner"."key" TO "spyhop_users_system", "spyhop_whales_system";
GRANT USAGE ON SCHEMA "row_owner"
  TO "spyhop_users", "spyhop_whales", "spyhop_users_system", "spyhop_whales_system";

-- No setting lifts row-level security any more. Asked for in a query of its own, the owner is found out once for each
-- statement, not for each row.
DO $$
DECLARE
  owned text;
BEGIN
  FOREACH owned IN ARRAY ARRAY['session', 'mail_link', 'known_device', 'security_alert', 'api_key', 'account_deletion',
    'totp', 'passkey', 'recovery_code', 'watchlist', 'preference'] LOOP
    EXECUTE format('DROP POLICY own ON users.%I', owned);
    EXECUTE format('CREATE POLICY own ON users.%I TO spyhop_users USING (user_id = (SELECT row_owner.id()))', owned);
    -- Lists and preferences are nobody's but their owner's.
    CONTINUE WHEN owned IN ('watchlist', 'preference');
    EXECUTE format('DROP POLICY system ON users.%I', owned);
    EXECUTE format('CREATE POLICY system ON users.%I TO spyhop_users_system USING (true)', owned);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON users.%I TO spyhop_users_system', owned);
  END LOOP;
  FOREACH owned IN ARRAY ARRAY['own_label', 'followed_wallet'] LOOP
    EXECUTE format('DROP POLICY own ON whales.%I', owned);
    EXECUTE format('CREATE POLICY own ON whales.%I TO spyhop_whales USING (user_id = (SELECT row_owner.id()))', owned);
  END LOOP;
END
$$;

DROP POLICY own ON "users"."user";
DROP POLICY system ON "users"."user";
CREATE POLICY own ON "users"."user" TO "spyhop_users" USING (id = (SELECT row_owner.id()));
CREATE POLICY system ON "users"."user" TO "spyhop_users_system" USING (true);

-- The log has rows of users too. Its owner, as whom it is sealed, is not bound.
ALTER TABLE "users"."audit_entry" ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON "users"."audit_entry" TO "spyhop_users"
  USING (subject = (SELECT row_owner.id()) OR actor = (SELECT row_owner.id()));
CREATE POLICY system ON "users"."audit_entry" TO "spyhop_users_system" USING (true);

GRANT USAGE ON SCHEMA "users" TO "spyhop_users_system";
GRANT SELECT, INSERT, UPDATE, DELETE ON "users"."user", "users"."registration", "users"."signing_key" TO "spyhop_users_system";
GRANT SELECT, INSERT ON "users"."audit_arrival" TO "spyhop_users_system";
GRANT SELECT ON "users"."audit_entry" TO "spyhop_users_system";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA "users" TO "spyhop_users_system";
GRANT EXECUTE ON FUNCTION "users"."seal_audit_arrivals"(bigint[], bigint[], bytea[], text[]) TO "spyhop_users_system";

-- In the name of users nobody signs in, seals, or makes themselves an administrator.
REVOKE ALL ON "users"."registration", "users"."signing_key" FROM "spyhop_users";
REVOKE SELECT ON "users"."audit_arrival" FROM "spyhop_users";
REVOKE INSERT, UPDATE, DELETE ON "users"."session", "users"."mail_link", "users"."known_device", "users"."security_alert",
  "users"."user" FROM "spyhop_users";
GRANT UPDATE ("display_name") ON "users"."user" TO "spyhop_users";
REVOKE EXECUTE ON FUNCTION "users"."seal_audit_arrivals"(bigint[], bigint[], bytea[], text[]) FROM "spyhop_users";
