-- A role for each domain, which can touch its own schema only. Roles are the cluster's, not the database's:
-- those of another database of ours are there already, and may appear while this runs.
DO $$
DECLARE
  domain text;
  domain_role text;
BEGIN
  FOREACH domain IN ARRAY ARRAY['market', 'analytics', 'users'] LOOP
    domain_role := 'spyhop_' || domain;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = domain_role) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', domain_role);
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'The role % may not create roles: have an administrator run CREATE ROLE %; GRANT % TO %;',
            current_user, domain_role, domain_role, quote_ident(current_user)
            USING ERRCODE = 'insufficient_privilege';
      END;
    END IF;
    -- Who migrates goes on altering what the roles own, and may log in for them.
    IF NOT pg_has_role(current_user, domain_role, 'USAGE') THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', domain_role);
    END IF;
  END LOOP;
END
$$;

CREATE SCHEMA IF NOT EXISTS "users";

DO $$
DECLARE
  domain text;
  domain_role text;
BEGIN
  FOREACH domain IN ARRAY ARRAY['market', 'analytics', 'users'] LOOP
    domain_role := 'spyhop_' || domain;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', domain, domain_role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', domain, domain_role);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', domain, domain_role);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I', domain, domain_role);
  END LOOP;
END
$$;

-- The market makes and drops the months of its candles, which takes their owner.
GRANT USAGE, CREATE ON SCHEMA "market_partition" TO "spyhop_market";
GRANT CREATE ON SCHEMA "market" TO "spyhop_market";
ALTER TABLE "market"."candle" OWNER TO "spyhop_market";
REVOKE CREATE ON SCHEMA "market" FROM "spyhop_market";

DO $$
DECLARE
  month name;
BEGIN
  FOR month IN SELECT tablename FROM pg_tables WHERE schemaname = 'market_partition' LOOP
    EXECUTE format('ALTER TABLE "market_partition".%I OWNER TO "spyhop_market"', month);
  END LOOP;
END
$$;
