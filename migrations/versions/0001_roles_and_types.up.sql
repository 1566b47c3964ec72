SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['platform_owner', 'platform_app', 'platform_worker', 'platform_readonly', 'platform_auditor'] LOOP
        CONTINUE WHEN to_regrole(name) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            -- Another database of the cluster was migrated at the same moment.
            NULL;
        END;
    END LOOP;
END $$;

DO $$
DECLARE
    is_16 boolean := current_setting('server_version_num')::integer >= 160000;
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['platform_owner', 'platform_app', 'platform_worker', 'platform_readonly', 'platform_auditor'] LOOP
        CONTINUE WHEN pg_has_role(name, CASE WHEN is_16 THEN 'SET' ELSE 'MEMBER' END);
        BEGIN
            EXECUTE format(
                'GRANT %I TO %I %s', name, current_user, CASE WHEN is_16 THEN 'WITH INHERIT FALSE, SET TRUE' END
            );
        EXCEPTION WHEN insufficient_privilege THEN
            -- Somebody else made the role; only the owner's is needed to go on.
            IF name = 'platform_owner' THEN RAISE; END IF;
        END;
    END LOOP;
END $$;

DO $$
DECLARE
    may_grant boolean := has_schema_privilege('public', 'USAGE WITH GRANT OPTION');
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['platform_owner', 'platform_app', 'platform_worker', 'platform_readonly', 'platform_auditor'] LOOP
        IF may_grant OR NOT has_schema_privilege(name, 'public', 'USAGE') THEN
            EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', name);
        END IF;
    END LOOP;
    IF may_grant OR NOT has_schema_privilege('platform_owner', 'public', 'CREATE') THEN
        GRANT CREATE ON SCHEMA public TO platform_owner;
    END IF;
END $$;

DO $$
BEGIN
    -- Alembic makes it before the first revision; after a way down to base it is there already.
    IF EXISTS (SELECT FROM pg_tables WHERE tablename = 'alembic_version' AND tableowner <> 'platform_owner') THEN
        ALTER TABLE alembic_version OWNER TO platform_owner;
    END IF;
END $$;

SET LOCAL ROLE platform_owner;

GRANT SELECT ON alembic_version TO PUBLIC;

CREATE TYPE audit_action AS ENUM ('auth_login', 'auth_logout', 'auth_failed', 'auth_token_refresh', 'user_create', 'user_update', 'user_delete', 'user_password_change', 'create', 'read', 'update', 'delete', 'export', 'import', 'job_start', 'job_cancel', 'job_retry', 'config_change', 'backup_create', 'backup_restore');
CREATE TYPE currency AS ENUM ('TRY', 'USD', 'EUR', 'GBP');
CREATE TYPE invoice_profile AS ENUM ('TEMELFATURA', 'TICARIFATURA', 'YOLCUBERABERFATURA', 'IHRACAT', 'OZELFATURA', 'KAMU', 'HKS', 'ENERJI', 'ILAC_TIBBICIHAZ', 'YATIRIMTESVIK', 'IDIS', 'EARSIVFATURA');
CREATE TYPE invoice_rounding AS ENUM ('line', 'document');
CREATE TYPE invoice_status AS ENUM ('draft', 'issued', 'sent', 'viewed', 'paid', 'partial', 'overdue', 'cancelled', 'refunded');
CREATE TYPE invoice_type AS ENUM ('subscription', 'usage', 'one_time', 'credit', 'adjustment');
CREATE TYPE invoice_type_code AS ENUM ('SATIS', 'IADE', 'TEVKIFAT', 'TEVKIFATIADE', 'ISTISNA', 'OZELMATRAH', 'IHRACKAYITLI', 'SGK', 'KOMISYONCU', 'HKSSATIS', 'HKSKOMISYONCU', 'KONAKLAMAVERGISI', 'SARJ', 'SARJANLIK', 'TEKNOLOJIDESTEK', 'YTBSATIS', 'YTBIADE', 'YTBISTISNA', 'YTBTEVKIFAT', 'YTBTEVKIFATIADE');
CREATE TYPE kdv_rate_class AS ENUM ('general', 'reduced_list_1', 'reduced_list_2');
CREATE TYPE license_status AS ENUM ('active', 'expired', 'suspended', 'cancelled');
CREATE TYPE license_type AS ENUM ('trial', 'basic', 'professional', 'enterprise');
CREATE TYPE locale AS ENUM ('tr', 'en', 'de');
CREATE TYPE order_status AS ENUM ('pending', 'confirmed', 'processing', 'shipped', 'delivered', 'cancelled', 'refunded');
CREATE TYPE order_transaction_status AS ENUM ('pending', 'processing', 'approved', 'declined', 'error', 'cancelled');
CREATE TYPE payment_kind AS ENUM ('charge', 'refund');
CREATE TYPE payment_method AS ENUM ('credit_card', 'debit_card', 'bank_transfer', 'ach', 'paypal', 'stripe', 'iyzico', 'crypto', 'check', 'cash', 'invoice');
CREATE TYPE payment_status AS ENUM ('pending', 'processing', 'completed', 'failed', 'cancelled', 'refunded', 'partial_refund', 'disputed');
CREATE TYPE product_status AS ENUM ('draft', 'pending', 'approved', 'rejected', 'in_transit', 'verified', 'available', 'sold', 'inactive');
CREATE TYPE tax_number_kind AS ENUM ('vkn', 'tckn');
CREATE TYPE user_role AS ENUM ('admin', 'engineer', 'operator', 'viewer', 'buyer', 'vendor', 'system');
CREATE TYPE user_status AS ENUM ('pending', 'active', 'suspended', 'inactive', 'deleted');
CREATE TYPE withholding_kind AS ENUM ('partial', 'full');
CREATE TYPE license_type_range AS RANGE (subtype = license_type);
