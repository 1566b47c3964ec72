SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TYPE cam_strategy AS ENUM ('face_mill', 'pocket_2d', 'contour_2d', 'drill', 'thread_mill', 'engrave', 'adaptive_clear', 'pocket_3d', 'contour_3d', 'parallel', 'radial', 'spiral', 'morphed_spiral', 'project', 'swarf', 'flow', 'rest_machining', 'pencil', 'scallop', 'steep_shallow');
CREATE TYPE file_format AS ENUM ('fcstd', 'step', 'iges', 'brep', 'stl', 'obj', 'ply', 'dxf', 'svg', 'pdf', 'gcode', 'json');
CREATE TYPE job_status AS ENUM ('pending', 'queued', 'running', 'completed', 'failed', 'cancelled', 'timeout');
CREATE TYPE job_type AS ENUM ('cad_generate', 'cad_import', 'cad_export', 'cam_process', 'cam_optimize', 'sim_run', 'sim_collision', 'gcode_post', 'gcode_verify', 'report_generate', 'model_repair');
CREATE TYPE machine_type AS ENUM ('mill_3axis', 'mill_4axis', 'mill_5axis', 'lathe', 'turn_mill', 'router', 'plasma', 'laser', 'waterjet', 'edm_wire', 'edm_sinker', 'grinder', 'swiss', '3d_printer');
CREATE TYPE material_category AS ENUM ('steel_carbon', 'steel_alloy', 'steel_stainless', 'steel_tool', 'aluminum', 'titanium', 'copper', 'brass', 'bronze', 'cast_iron', 'nickel', 'magnesium', 'plastic_soft', 'plastic_hard', 'plastic_fiber', 'composite', 'wood_soft', 'wood_hard', 'wood_mdf', 'foam', 'ceramic', 'graphite');
CREATE TYPE model_type AS ENUM ('part', 'assembly', 'drawing', 'sketch', 'mesh');
CREATE TYPE simulation_status AS ENUM ('passed', 'passed_warnings', 'failed', 'error');
CREATE TYPE simulation_type AS ENUM ('collision', 'material_removal', 'cutting_force', 'tool_deflection', 'thermal', 'vibration', 'chip_formation', 'surface_finish');
CREATE TYPE tool_coating AS ENUM ('uncoated', 'tin', 'ticn', 'tialn', 'altin', 'dlc', 'diamond', 'alcrn', 'zrn');
CREATE TYPE tool_material AS ENUM ('hss', 'carbide', 'carbide_coated', 'ceramic', 'cbn', 'pcd', 'cobalt');
CREATE TYPE tool_type AS ENUM ('endmill_flat', 'endmill_ball', 'endmill_bull', 'endmill_chamfer', 'endmill_taper', 'face_mill', 'slot_mill', 'drill_twist', 'drill_center', 'drill_spot', 'drill_peck', 'drill_gun', 'reamer', 'tap', 'thread_mill', 'boring_bar', 'countersink', 'counterbore', 'engraver', 'probe');

CREATE TABLE machines (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    name TEXT NOT NULL,
    manufacturer TEXT,
    model TEXT,
    type machine_type NOT NULL,
    axes INTEGER NOT NULL,
    work_envelope_x_mm NUMERIC NOT NULL,
    work_envelope_y_mm NUMERIC NOT NULL,
    work_envelope_z_mm NUMERIC NOT NULL,
    spindle_max_rpm INTEGER,
    spindle_power_kw NUMERIC,
    tool_capacity INTEGER,
    controller TEXT,
    post_processor TEXT NOT NULL,
    hourly_rate_cents BIGINT,
    currency currency DEFAULT 'TRY' NOT NULL,
    specifications JSONB DEFAULT '{}' NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_machines PRIMARY KEY (id),
    CONSTRAINT uq_machines_name UNIQUE (name),
    CONSTRAINT ck_machines_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_machines_version_positive CHECK (version > 0),
    CONSTRAINT ck_machines_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_machines_name_length CHECK (char_length(name) BETWEEN 1 AND 255),
    CONSTRAINT ck_machines_manufacturer_length CHECK (char_length(manufacturer) BETWEEN 1 AND 100),
    CONSTRAINT ck_machines_model_length CHECK (char_length(model) BETWEEN 1 AND 100),
    CONSTRAINT ck_machines_envelope_x_positive CHECK (work_envelope_x_mm > 0 AND work_envelope_x_mm < 100000000 AND scale(work_envelope_x_mm) <= 2),
    CONSTRAINT ck_machines_envelope_y_positive CHECK (work_envelope_y_mm > 0 AND work_envelope_y_mm < 100000000 AND scale(work_envelope_y_mm) <= 2),
    CONSTRAINT ck_machines_envelope_z_positive CHECK (work_envelope_z_mm > 0 AND work_envelope_z_mm < 100000000 AND scale(work_envelope_z_mm) <= 2),
    CONSTRAINT ck_machines_spindle_rpm_positive CHECK (spindle_max_rpm > 0),
    CONSTRAINT ck_machines_spindle_power_positive CHECK (spindle_power_kw > 0 AND spindle_power_kw < 100000000 AND scale(spindle_power_kw) <= 2),
    CONSTRAINT ck_machines_tool_capacity_positive CHECK (tool_capacity > 0),
    CONSTRAINT ck_machines_controller_length CHECK (char_length(controller) BETWEEN 1 AND 100),
    CONSTRAINT ck_machines_post_processor_length CHECK (char_length(post_processor) BETWEEN 1 AND 100),
    CONSTRAINT ck_machines_hourly_rate_non_negative CHECK (hourly_rate_cents >= 0),
    CONSTRAINT ck_machines_specifications_object CHECK (jsonb_typeof(specifications) = 'object'),
    CONSTRAINT ck_machines_specifications_size CHECK (octet_length(specifications::text) <= 65536),
    CONSTRAINT ck_machines_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_machines_axes_valid CHECK (axes BETWEEN CASE type WHEN 'mill_3axis' THEN 3 WHEN 'mill_4axis' THEN 4 WHEN 'mill_5axis' THEN 5 ELSE 2 END AND 9),
    CONSTRAINT ck_machines_cutting_machine_has_spindle CHECK (spindle_max_rpm IS NOT NULL OR type IN ('plasma', 'laser', 'waterjet', 'edm_wire', 'edm_sinker', '3d_printer'))
);

CREATE TABLE materials (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    category material_category NOT NULL,
    name TEXT NOT NULL,
    grade TEXT,
    density_g_cm3 NUMERIC,
    hardness_hb INTEGER,
    tensile_strength_mpa INTEGER,
    machinability_rating INTEGER,
    cutting_speed_m_min NUMERIC,
    feed_rate_mm_tooth NUMERIC,
    properties JSONB DEFAULT '{}' NOT NULL,
    cost_per_kg_cents BIGINT,
    currency currency DEFAULT 'TRY' NOT NULL,
    supplier TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_materials PRIMARY KEY (id),
    CONSTRAINT uq_materials_category_name UNIQUE (category, name),
    CONSTRAINT ck_materials_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_materials_version_positive CHECK (version > 0),
    CONSTRAINT ck_materials_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_materials_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    CONSTRAINT ck_materials_grade_length CHECK (char_length(grade) BETWEEN 1 AND 50),
    CONSTRAINT ck_materials_density_positive CHECK (density_g_cm3 > 0 AND density_g_cm3 < 10000000 AND scale(density_g_cm3) <= 3),
    CONSTRAINT ck_materials_hardness_positive CHECK (hardness_hb > 0),
    CONSTRAINT ck_materials_tensile_positive CHECK (tensile_strength_mpa > 0),
    CONSTRAINT ck_materials_machinability_valid CHECK (machinability_rating >= 0 AND machinability_rating <= 100),
    CONSTRAINT ck_materials_cutting_speed_positive CHECK (cutting_speed_m_min > 0 AND cutting_speed_m_min < 100000000 AND scale(cutting_speed_m_min) <= 2),
    CONSTRAINT ck_materials_feed_rate_positive CHECK (feed_rate_mm_tooth > 0 AND feed_rate_mm_tooth < 1000000 AND scale(feed_rate_mm_tooth) <= 4),
    CONSTRAINT ck_materials_properties_object CHECK (jsonb_typeof(properties) = 'object'),
    CONSTRAINT ck_materials_properties_size CHECK (octet_length(properties::text) <= 65536),
    CONSTRAINT ck_materials_cost_non_negative CHECK (cost_per_kg_cents >= 0),
    CONSTRAINT ck_materials_supplier_length CHECK (char_length(supplier) BETWEEN 1 AND 255),
    CONSTRAINT ck_materials_updated_after_created CHECK (updated_at >= created_at)
);

CREATE TABLE tools (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    name TEXT NOT NULL,
    type tool_type NOT NULL,
    material tool_material,
    coating tool_coating,
    manufacturer TEXT,
    part_number TEXT,
    diameter_mm NUMERIC,
    flute_count INTEGER,
    flute_length_mm NUMERIC,
    overall_length_mm NUMERIC,
    shank_diameter_mm NUMERIC,
    corner_radius_mm NUMERIC,
    helix_angle_deg NUMERIC,
    max_depth_of_cut_mm NUMERIC,
    specifications JSONB DEFAULT '{}' NOT NULL,
    tool_life_minutes INTEGER,
    cost_cents BIGINT,
    currency currency DEFAULT 'TRY' NOT NULL,
    quantity_available INTEGER DEFAULT 0 NOT NULL,
    minimum_stock INTEGER DEFAULT 0 NOT NULL,
    location TEXT,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_tools PRIMARY KEY (id),
    CONSTRAINT uq_tools_name_manufacturer UNIQUE NULLS NOT DISTINCT (name, manufacturer),
    CONSTRAINT ck_tools_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_tools_version_positive CHECK (version > 0),
    CONSTRAINT ck_tools_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_tools_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT ck_tools_manufacturer_length CHECK (char_length(manufacturer) BETWEEN 1 AND 100),
    CONSTRAINT ck_tools_part_number_length CHECK (char_length(part_number) BETWEEN 1 AND 100),
    CONSTRAINT ck_tools_diameter_positive CHECK (diameter_mm > 0 AND diameter_mm < 10000000 AND scale(diameter_mm) <= 3),
    CONSTRAINT ck_tools_flute_count_positive CHECK (flute_count > 0),
    CONSTRAINT ck_tools_flute_length_positive CHECK (flute_length_mm > 0 AND flute_length_mm < 100000000 AND scale(flute_length_mm) <= 2),
    CONSTRAINT ck_tools_overall_length_positive CHECK (overall_length_mm > 0 AND overall_length_mm < 100000000 AND scale(overall_length_mm) <= 2),
    CONSTRAINT ck_tools_shank_diameter_positive CHECK (shank_diameter_mm > 0 AND shank_diameter_mm < 100000000 AND scale(shank_diameter_mm) <= 2),
    CONSTRAINT ck_tools_corner_radius_non_negative CHECK (corner_radius_mm >= 0 AND corner_radius_mm < 10000000 AND scale(corner_radius_mm) <= 3),
    CONSTRAINT ck_tools_helix_angle_valid CHECK (helix_angle_deg >= 0 AND helix_angle_deg <= 90 AND scale(helix_angle_deg) <= 2),
    CONSTRAINT ck_tools_max_doc_positive CHECK (max_depth_of_cut_mm > 0 AND max_depth_of_cut_mm < 100000000 AND scale(max_depth_of_cut_mm) <= 2),
    CONSTRAINT ck_tools_specifications_object CHECK (jsonb_typeof(specifications) = 'object'),
    CONSTRAINT ck_tools_specifications_size CHECK (octet_length(specifications::text) <= 65536),
    CONSTRAINT ck_tools_life_positive CHECK (tool_life_minutes > 0),
    CONSTRAINT ck_tools_cost_non_negative CHECK (cost_cents >= 0),
    CONSTRAINT ck_tools_quantity_non_negative CHECK (quantity_available >= 0),
    CONSTRAINT ck_tools_min_stock_non_negative CHECK (minimum_stock >= 0),
    CONSTRAINT ck_tools_location_length CHECK (char_length(location) BETWEEN 1 AND 100),
    CONSTRAINT ck_tools_updated_after_created CHECK (updated_at >= created_at)
);

CREATE TABLE models (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    user_id BIGINT NOT NULL,
    file_size BIGINT NOT NULL,
    parent_model_id BIGINT,
    revision INTEGER DEFAULT 1 NOT NULL,
    name TEXT NOT NULL,
    sha256_hash TEXT NOT NULL,
    description TEXT,
    thumbnail_s3_key TEXT,
    type model_type NOT NULL,
    file_format file_format NOT NULL,
    s3_key TEXT COLLATE "C" NOT NULL,
    params JSONB DEFAULT '{}' NOT NULL,
    metrics JSONB DEFAULT '{}' NOT NULL,
    metadata JSONB DEFAULT '{}' NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_models PRIMARY KEY (id),
    CONSTRAINT uq_models_id_user_id UNIQUE (id, user_id),
    CONSTRAINT uq_models_parent_model_id_revision UNIQUE (parent_model_id, revision),
    CONSTRAINT uq_models_s3_key UNIQUE (s3_key),
    CONSTRAINT ck_models_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_models_version_positive CHECK (version > 0),
    CONSTRAINT ck_models_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_models_file_size_positive CHECK (file_size > 0),
    CONSTRAINT ck_models_revision_positive CHECK (revision > 0),
    CONSTRAINT ck_models_name_length CHECK (char_length(name) BETWEEN 1 AND 255),
    CONSTRAINT ck_models_sha256_hash_format CHECK (octet_length(sha256_hash) = 64 AND sha256_hash ~ '^[0-9a-f]*$'),
    CONSTRAINT ck_models_description_length CHECK (char_length(description) BETWEEN 1 AND 1000),
    CONSTRAINT ck_models_thumbnail_s3_key_length CHECK (char_length(thumbnail_s3_key) BETWEEN 1 AND 1024),
    CONSTRAINT ck_models_s3_key_length CHECK (char_length(s3_key) BETWEEN 1 AND 1024),
    CONSTRAINT ck_models_params_object CHECK (jsonb_typeof(params) = 'object'),
    CONSTRAINT ck_models_params_size CHECK (octet_length(params::text) <= 65536),
    CONSTRAINT ck_models_metrics_object CHECK (jsonb_typeof(metrics) = 'object'),
    CONSTRAINT ck_models_metrics_size CHECK (octet_length(metrics::text) <= 65536),
    CONSTRAINT ck_models_metadata_object CHECK (jsonb_typeof(metadata) = 'object'),
    CONSTRAINT ck_models_metadata_size CHECK (octet_length(metadata::text) <= 65536),
    CONSTRAINT ck_models_deleted_at_finite CHECK (deleted_at >= to_timestamp(946684800) AND deleted_at < to_timestamp(4102444800)),
    CONSTRAINT ck_models_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_models_first_revision_has_no_parent CHECK (revision > 1 OR parent_model_id IS NULL),
    CONSTRAINT ck_models_not_its_own_parent CHECK (parent_model_id <> id)
);

CREATE TABLE jobs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    user_id BIGINT,
    model_id BIGINT,
    idempotency_key TEXT COLLATE "C",
    request_fingerprint TEXT,
    task_id TEXT,
    claimed_by TEXT,
    error_code TEXT,
    error_message TEXT,
    type job_type NOT NULL,
    status job_status DEFAULT 'pending' NOT NULL,
    priority INTEGER DEFAULT 0 NOT NULL,
    progress INTEGER DEFAULT 0 NOT NULL,
    attempt INTEGER DEFAULT 0 NOT NULL,
    retry_count INTEGER DEFAULT 0 NOT NULL,
    input_params JSONB DEFAULT '{}' NOT NULL,
    output_data JSONB,
    metrics JSONB,
    max_retries INTEGER DEFAULT 3 NOT NULL,
    timeout_seconds INTEGER DEFAULT 3600 NOT NULL,
    available_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    lease_until TIMESTAMP WITH TIME ZONE,
    heartbeat_at TIMESTAMP WITH TIME ZONE,
    cancel_requested_at TIMESTAMP WITH TIME ZONE,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    dead_lettered_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_jobs PRIMARY KEY (id),
    CONSTRAINT ck_jobs_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_jobs_version_positive CHECK (version > 0),
    CONSTRAINT ck_jobs_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_jobs_idempotency_key_length CHECK (char_length(idempotency_key) BETWEEN 1 AND 255),
    CONSTRAINT ck_jobs_request_fingerprint_format CHECK (octet_length(request_fingerprint) = 64 AND request_fingerprint ~ '^[0-9a-f]*$'),
    CONSTRAINT ck_jobs_task_id_length CHECK (char_length(task_id) BETWEEN 1 AND 255),
    CONSTRAINT ck_jobs_claimed_by_length CHECK (char_length(claimed_by) BETWEEN 1 AND 255),
    CONSTRAINT ck_jobs_error_code_length CHECK (char_length(error_code) BETWEEN 1 AND 100),
    CONSTRAINT ck_jobs_error_message_length CHECK (char_length(error_message) BETWEEN 1 AND 1000),
    CONSTRAINT ck_jobs_priority_range CHECK (priority >= -10 AND priority <= 20),
    CONSTRAINT ck_jobs_progress_valid CHECK (progress >= 0 AND progress <= 100),
    CONSTRAINT ck_jobs_attempt_non_negative CHECK (attempt >= 0),
    CONSTRAINT ck_jobs_retry_count_non_negative CHECK (retry_count >= 0),
    CONSTRAINT ck_jobs_input_params_object CHECK (jsonb_typeof(input_params) = 'object'),
    CONSTRAINT ck_jobs_input_params_size CHECK (octet_length(input_params::text) <= 262144),
    CONSTRAINT ck_jobs_output_data_object CHECK (jsonb_typeof(output_data) = 'object'),
    CONSTRAINT ck_jobs_output_data_size CHECK (octet_length(output_data::text) <= 65536),
    CONSTRAINT ck_jobs_metrics_object CHECK (jsonb_typeof(metrics) = 'object'),
    CONSTRAINT ck_jobs_metrics_size CHECK (octet_length(metrics::text) <= 65536),
    CONSTRAINT ck_jobs_max_retries_non_negative CHECK (max_retries >= 0 AND max_retries <= 100),
    CONSTRAINT ck_jobs_timeout_positive CHECK (timeout_seconds >= 1 AND timeout_seconds <= 604800),
    CONSTRAINT ck_jobs_available_at_finite CHECK (available_at >= to_timestamp(946684800) AND available_at < to_timestamp(4102444800)),
    CONSTRAINT ck_jobs_lease_until_finite CHECK (lease_until >= to_timestamp(946684800) AND lease_until < to_timestamp(4102444800)),
    CONSTRAINT ck_jobs_heartbeat_at_finite CHECK (heartbeat_at >= to_timestamp(946684800) AND heartbeat_at < to_timestamp(4102444800)),
    CONSTRAINT ck_jobs_cancel_requested_at_finite CHECK (cancel_requested_at >= to_timestamp(946684800) AND cancel_requested_at < to_timestamp(4102444800)),
    CONSTRAINT ck_jobs_started_at_finite CHECK (started_at >= to_timestamp(946684800) AND started_at < to_timestamp(4102444800)),
    CONSTRAINT ck_jobs_finished_at_finite CHECK (finished_at >= to_timestamp(946684800) AND finished_at < to_timestamp(4102444800)),
    CONSTRAINT ck_jobs_dead_lettered_at_finite CHECK (dead_lettered_at >= to_timestamp(946684800) AND dead_lettered_at < to_timestamp(4102444800)),
    CONSTRAINT ck_jobs_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_jobs_key_has_fingerprint CHECK ((idempotency_key IS NULL) = (request_fingerprint IS NULL)),
    CONSTRAINT ck_jobs_model_has_owner CHECK (model_id IS NULL OR user_id IS NOT NULL),
    CONSTRAINT ck_jobs_retry_count_within_max CHECK (retry_count <= max_retries),
    CONSTRAINT ck_jobs_lease_matches_status CHECK (num_nonnulls(claimed_by, lease_until, heartbeat_at) = CASE status WHEN 'running' THEN 3 ELSE 0 END),
    CONSTRAINT ck_jobs_started_at_matches_status CHECK (CASE WHEN status IN ('pending', 'queued') THEN started_at IS NULL WHEN status = 'cancelled' THEN true ELSE started_at IS NOT NULL AND attempt > 0 END),
    CONSTRAINT ck_jobs_finished_at_matches_status CHECK ((status IN ('completed', 'failed', 'cancelled', 'timeout')) = (finished_at IS NOT NULL)),
    CONSTRAINT ck_jobs_finished_after_started CHECK (finished_at >= started_at),
    CONSTRAINT ck_jobs_completed_is_whole CHECK (status <> 'completed' OR (progress = 100 AND error_code IS NULL)),
    CONSTRAINT ck_jobs_failed_has_error CHECK (status NOT IN ('failed', 'timeout') OR error_code IS NOT NULL),
    CONSTRAINT ck_jobs_dead_letter_is_failed CHECK (dead_lettered_at IS NULL OR status IN ('failed', 'timeout'))
);

CREATE TABLE artefacts (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    job_id BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    type TEXT NOT NULL,
    s3_key TEXT COLLATE "C" NOT NULL,
    sha256 TEXT,
    mime TEXT,
    deletion_error TEXT,
    meta JSONB DEFAULT '{}' NOT NULL,
    deletion_requested_at TIMESTAMP WITH TIME ZONE,
    deletion_attempts INTEGER DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_artefacts PRIMARY KEY (id),
    CONSTRAINT uq_artefacts_s3_key UNIQUE (s3_key),
    CONSTRAINT ck_artefacts_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_artefacts_version_positive CHECK (version > 0),
    CONSTRAINT ck_artefacts_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_artefacts_size_positive CHECK (size_bytes > 0),
    CONSTRAINT ck_artefacts_type_length CHECK (char_length(type) BETWEEN 1 AND 50),
    CONSTRAINT ck_artefacts_type_format CHECK (type ~ '^[a-z][a-z0-9_]*$'),
    CONSTRAINT ck_artefacts_s3_key_length CHECK (char_length(s3_key) BETWEEN 1 AND 1024),
    CONSTRAINT ck_artefacts_sha256_format CHECK (octet_length(sha256) = 64 AND sha256 ~ '^[0-9a-f]*$'),
    CONSTRAINT ck_artefacts_mime_length CHECK (char_length(mime) BETWEEN 1 AND 100),
    CONSTRAINT ck_artefacts_mime_format CHECK (mime ~ '^[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+$'),
    CONSTRAINT ck_artefacts_deletion_error_length CHECK (char_length(deletion_error) BETWEEN 1 AND 1000),
    CONSTRAINT ck_artefacts_meta_object CHECK (jsonb_typeof(meta) = 'object'),
    CONSTRAINT ck_artefacts_meta_size CHECK (octet_length(meta::text) <= 65536),
    CONSTRAINT ck_artefacts_deletion_requested_at_finite CHECK (deletion_requested_at >= to_timestamp(946684800) AND deletion_requested_at < to_timestamp(4102444800)),
    CONSTRAINT ck_artefacts_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_artefacts_deletion_attempts_non_negative CHECK (deletion_attempts >= 0 AND (deletion_attempts = 0 OR deletion_requested_at IS NOT NULL))
);

CREATE TABLE cam_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    job_id BIGINT NOT NULL,
    machine_id BIGINT NOT NULL,
    strategy cam_strategy,
    status job_status DEFAULT 'pending' NOT NULL,
    params JSONB DEFAULT '{}' NOT NULL,
    metrics JSONB DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_cam_runs PRIMARY KEY (id),
    CONSTRAINT ck_cam_runs_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_cam_runs_version_positive CHECK (version > 0),
    CONSTRAINT ck_cam_runs_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_cam_runs_params_object CHECK (jsonb_typeof(params) = 'object'),
    CONSTRAINT ck_cam_runs_params_size CHECK (octet_length(params::text) <= 65536),
    CONSTRAINT ck_cam_runs_metrics_object CHECK (jsonb_typeof(metrics) = 'object'),
    CONSTRAINT ck_cam_runs_metrics_size CHECK (octet_length(metrics::text) <= 65536),
    CONSTRAINT ck_cam_runs_updated_after_created CHECK (updated_at >= created_at)
);

CREATE TABLE sim_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    job_id BIGINT NOT NULL,
    cam_run_id BIGINT,
    type simulation_type NOT NULL,
    status job_status DEFAULT 'pending' NOT NULL,
    result simulation_status,
    collision_count INTEGER,
    params JSONB DEFAULT '{}' NOT NULL,
    metrics JSONB DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_sim_runs PRIMARY KEY (id),
    CONSTRAINT ck_sim_runs_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_sim_runs_version_positive CHECK (version > 0),
    CONSTRAINT ck_sim_runs_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_sim_runs_collision_count_non_negative CHECK (collision_count >= 0),
    CONSTRAINT ck_sim_runs_params_object CHECK (jsonb_typeof(params) = 'object'),
    CONSTRAINT ck_sim_runs_params_size CHECK (octet_length(params::text) <= 65536),
    CONSTRAINT ck_sim_runs_metrics_object CHECK (jsonb_typeof(metrics) = 'object'),
    CONSTRAINT ck_sim_runs_metrics_size CHECK (octet_length(metrics::text) <= 65536),
    CONSTRAINT ck_sim_runs_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_sim_runs_result_when_completed CHECK ((status = 'completed') = (result IS NOT NULL)),
    CONSTRAINT ck_sim_runs_passed_without_collision CHECK (result NOT IN ('passed', 'passed_warnings') OR coalesce(collision_count, 0) = 0)
);

CREATE INDEX idx_machines_active ON machines (type, name) WHERE is_active;
CREATE INDEX idx_machines_type ON machines (type);
CREATE INDEX gin_materials_properties ON materials USING gin (properties) WITH (fastupdate = on, gin_pending_list_limit = 4096);
CREATE INDEX idx_materials_name ON materials (name);
CREATE INDEX idx_tools_inventory ON tools (quantity_available) WHERE quantity_available < minimum_stock;
CREATE INDEX idx_tools_material ON tools (material) WHERE material IS NOT NULL;
CREATE INDEX idx_tools_part_number ON tools (part_number) WHERE part_number IS NOT NULL;
CREATE INDEX idx_tools_type_diameter ON tools (type, diameter_mm);

ALTER TABLE models ADD CONSTRAINT fk_models_parent_model_id_models FOREIGN KEY (parent_model_id, user_id) REFERENCES models (id, user_id) ON DELETE SET NULL (parent_model_id);
ALTER TABLE models ADD CONSTRAINT fk_models_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT;

CREATE INDEX gin_models_metrics ON models USING gin (metrics) WITH (fastupdate = on, gin_pending_list_limit = 4096);
CREATE INDEX gin_models_params ON models USING gin (params) WITH (fastupdate = on, gin_pending_list_limit = 4096);
CREATE INDEX idx_models_sha256_hash ON models (sha256_hash);
CREATE INDEX idx_models_type ON models (type);
CREATE INDEX idx_models_user_created ON models (user_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_models_user_id ON models (user_id);

ALTER TABLE jobs ADD CONSTRAINT fk_jobs_model_id_models FOREIGN KEY (model_id, user_id) REFERENCES models (id, user_id) ON DELETE RESTRICT;
ALTER TABLE jobs ADD CONSTRAINT fk_jobs_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT;

CREATE INDEX gin_jobs_input_params ON jobs USING gin (input_params) WITH (fastupdate = on, gin_pending_list_limit = 4096);
CREATE INDEX gin_jobs_metrics ON jobs USING gin (metrics) WITH (fastupdate = on, gin_pending_list_limit = 4096) WHERE metrics IS NOT NULL;
CREATE INDEX gin_jobs_output_data ON jobs USING gin (output_data) WITH (fastupdate = on, gin_pending_list_limit = 4096) WHERE output_data IS NOT NULL;
CREATE INDEX idx_jobs_dead_lettered_at ON jobs (dead_lettered_at) WHERE dead_lettered_at IS NOT NULL;
CREATE INDEX idx_jobs_lease_until ON jobs (lease_until) WHERE status = 'running';
CREATE INDEX idx_jobs_model_id ON jobs (model_id) WHERE model_id IS NOT NULL;
CREATE INDEX idx_jobs_priority_status ON jobs (priority DESC, available_at, id) WHERE status IN ('pending', 'queued');
CREATE INDEX idx_jobs_status_created_at ON jobs (status, created_at);
CREATE INDEX idx_jobs_task_id ON jobs (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX idx_jobs_type ON jobs (type);
CREATE INDEX idx_jobs_user_type_status ON jobs (user_id, type, status, created_at) INCLUDE (progress);
CREATE UNIQUE INDEX uq_jobs_idempotency_key ON jobs (user_id, idempotency_key) NULLS NOT DISTINCT WHERE idempotency_key IS NOT NULL;

ALTER TABLE artefacts ADD CONSTRAINT fk_artefacts_job_id_jobs FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE CASCADE;

CREATE INDEX gin_artefacts_meta ON artefacts USING gin (meta) WITH (fastupdate = on, gin_pending_list_limit = 4096);
CREATE INDEX idx_artefacts_created_at ON artefacts (created_at DESC, id DESC);
CREATE INDEX idx_artefacts_job_type_size ON artefacts (job_id, type, size_bytes);
CREATE INDEX idx_artefacts_pending_deletion ON artefacts (deletion_requested_at) WHERE deletion_requested_at IS NOT NULL;
CREATE INDEX idx_artefacts_sha256 ON artefacts (sha256) WHERE sha256 IS NOT NULL;

ALTER TABLE cam_runs ADD CONSTRAINT fk_cam_runs_job_id_jobs FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE RESTRICT;
ALTER TABLE cam_runs ADD CONSTRAINT fk_cam_runs_machine_id_machines FOREIGN KEY (machine_id) REFERENCES machines (id) ON DELETE RESTRICT;

CREATE INDEX idx_cam_runs_created_at ON cam_runs (created_at DESC, id DESC);
CREATE INDEX idx_cam_runs_job_id_status ON cam_runs (job_id, status);
CREATE INDEX idx_cam_runs_machine_id ON cam_runs (machine_id);
CREATE INDEX idx_cam_runs_machine_status ON cam_runs (machine_id, status) WHERE status IN ('pending', 'queued', 'running');

ALTER TABLE sim_runs ADD CONSTRAINT fk_sim_runs_cam_run_id_cam_runs FOREIGN KEY (cam_run_id) REFERENCES cam_runs (id) ON DELETE RESTRICT;
ALTER TABLE sim_runs ADD CONSTRAINT fk_sim_runs_job_id_jobs FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE RESTRICT;

CREATE INDEX idx_sim_runs_cam_run_id ON sim_runs (cam_run_id) WHERE cam_run_id IS NOT NULL;
CREATE INDEX idx_sim_runs_created_at ON sim_runs (created_at DESC, id DESC);
CREATE INDEX idx_sim_runs_job_id_status ON sim_runs (job_id, status);
CREATE INDEX idx_sim_runs_status ON sim_runs (status) WHERE status IN ('pending', 'queued', 'running');

-- BEFORE UPDATE on jobs, row, when a guarded column changes; a heartbeat changes none.
--
-- A claim takes a job out of the queue into running; whoever takes it from another worker does not. In the queue there
-- is no attempt, so progress may go back there. That a waiting job has no start, finish, claim or lease, and that only a
-- running one has a worker, are CHECKs.
CREATE OR REPLACE FUNCTION guard_job_transition() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF (NEW.user_id, NEW.model_id, NEW.type, NEW.idempotency_key, NEW.request_fingerprint, NEW.input_params)
        IS DISTINCT FROM (OLD.user_id, OLD.model_id, OLD.type, OLD.idempotency_key, OLD.request_fingerprint, OLD.input_params)
    THEN
        RAISE EXCEPTION 'what a job was asked to do is fixed'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_jobs_request_is_fixed',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;

    IF NEW.status <> OLD.status AND NOT (CASE OLD.status
        WHEN 'pending' THEN NEW.status IN ('queued', 'running', 'cancelled')
        WHEN 'queued' THEN NEW.status IN ('pending', 'running', 'cancelled')
        WHEN 'running' THEN NEW.status IN ('queued', 'completed', 'failed', 'cancelled', 'timeout')
        WHEN 'failed' THEN NEW.status IN ('queued')
        WHEN 'timeout' THEN NEW.status IN ('queued')
        ELSE false
    END) THEN
        RAISE EXCEPTION 'a job does not go from this state to that'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_jobs_transition_allowed',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
    END IF;

    IF NEW.status = OLD.status AND OLD.status IN ('completed', 'failed', 'cancelled', 'timeout') AND (NEW.progress, NEW.started_at, NEW.finished_at, NEW.error_code, NEW.error_message, NEW.metrics, NEW.output_data)
        IS DISTINCT FROM (OLD.progress, OLD.started_at, OLD.finished_at, OLD.error_code, OLD.error_message, OLD.metrics, OLD.output_data)
    THEN
        RAISE EXCEPTION 'the result of a finished job is final'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_jobs_finished_is_final',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;

    IF NEW.attempt <> OLD.attempt::bigint + (NEW.status = 'running' AND OLD.status <> 'running')::integer
        OR NEW.claimed_by <> OLD.claimed_by
    THEN
        RAISE EXCEPTION 'the attempt counts the claims, and a running job cannot be claimed'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_jobs_attempt_counts_claims',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'attempt';
    END IF;

    IF NEW.progress < OLD.progress AND NEW.attempt = OLD.attempt AND NEW.status NOT IN ('pending', 'queued') THEN
        RAISE EXCEPTION 'progress never falls within an attempt'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_jobs_progress_ascends',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'progress';
    END IF;
    RETURN NEW;
END
$function$;

REVOKE EXECUTE ON FUNCTION guard_job_transition() FROM PUBLIC;

CREATE TRIGGER machines_touch BEFORE UPDATE ON machines FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();
CREATE TRIGGER materials_touch BEFORE UPDATE ON materials FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();
CREATE TRIGGER tools_touch BEFORE UPDATE ON tools FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();
CREATE TRIGGER models_touch BEFORE UPDATE ON models FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();
CREATE TRIGGER jobs_touch BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();
CREATE TRIGGER artefacts_touch BEFORE UPDATE ON artefacts FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();
CREATE TRIGGER cam_runs_touch BEFORE UPDATE ON cam_runs FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();
CREATE TRIGGER sim_runs_touch BEFORE UPDATE ON sim_runs FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();
CREATE TRIGGER jobs_guard BEFORE UPDATE ON jobs FOR EACH ROW WHEN ((NEW.status, NEW.attempt, NEW.claimed_by, NEW.progress, NEW.started_at, NEW.finished_at, NEW.error_code, NEW.error_message, NEW.metrics, NEW.output_data, NEW.user_id, NEW.model_id, NEW.type, NEW.idempotency_key, NEW.request_fingerprint, NEW.input_params) IS DISTINCT FROM (OLD.status, OLD.attempt, OLD.claimed_by, OLD.progress, OLD.started_at, OLD.finished_at, OLD.error_code, OLD.error_message, OLD.metrics, OLD.output_data, OLD.user_id, OLD.model_id, OLD.type, OLD.idempotency_key, OLD.request_fingerprint, OLD.input_params)) EXECUTE FUNCTION guard_job_transition();

COMMENT ON TABLE machines IS 'A machine tool or printer.';
COMMENT ON COLUMN machines.id IS 'Key, given by the server.';
COMMENT ON COLUMN machines.name IS 'Name of the machine in the workshop, unique.';
COMMENT ON COLUMN machines.manufacturer IS 'Who built it.';
COMMENT ON COLUMN machines.model IS 'The builder''s name of the model.';
COMMENT ON COLUMN machines.type IS 'How it works its material.';
COMMENT ON COLUMN machines.axes IS 'Axes that the controller drives.';
COMMENT ON COLUMN machines.work_envelope_x_mm IS 'Travel or build size along X, in millimetres.';
COMMENT ON COLUMN machines.work_envelope_y_mm IS 'Travel or build size along Y, in millimetres.';
COMMENT ON COLUMN machines.work_envelope_z_mm IS 'Travel or build size along Z, in millimetres.';
COMMENT ON COLUMN machines.spindle_max_rpm IS 'Greatest spindle speed in revolutions per minute; NULL without a spindle.';
COMMENT ON COLUMN machines.spindle_power_kw IS 'Power of the spindle, or of what works in its place, in kilowatts.';
COMMENT ON COLUMN machines.tool_capacity IS 'Tools that the magazine or turret holds.';
COMMENT ON COLUMN machines.controller IS 'The numerical control.';
COMMENT ON COLUMN machines.post_processor IS 'Which post-processor writes programs for the machine.';
COMMENT ON COLUMN machines.hourly_rate_cents IS 'Price of an hour without KDV, in minor units of currency.';
COMMENT ON COLUMN machines.currency IS 'Currency of the hourly rate (ISO 4217).';
COMMENT ON COLUMN machines.specifications IS 'Further properties, as a JSON object by name.';
COMMENT ON COLUMN machines.is_active IS 'Whether work may be planned on the machine.';
COMMENT ON COLUMN machines.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN machines.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN machines.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_machines_axes_valid ON machines IS 'Eksen sayısı makinenin türüne uymuyor: freze, adındaki kadar eksenlidir; başkaları en az iki, hiçbiri dokuzdan çok eksenli değildir / The axes do not fit the type of machine: a mill has those of its name, another at least two, none more than nine';
COMMENT ON CONSTRAINT ck_machines_controller_length ON machines IS 'controller: 1 ile 100 karakter arasında olmalıdır / controller must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_machines_created_at_finite ON machines IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_machines_cutting_machine_has_spindle ON machines IS 'Talaşlı imalat makinesinin iş mili devri belirtilmelidir / A machine that cuts with a spindle needs its spindle speed';
COMMENT ON CONSTRAINT ck_machines_envelope_x_positive ON machines IS 'Çalışma alanının X ölçüsü sıfırdan büyük ve 100000000 değerinden küçük olmalı; en çok 2 ondalık basamak taşımalıdır / The work envelope''s X must be above zero and below 100000000, with at most 2 decimal places';
COMMENT ON CONSTRAINT ck_machines_envelope_y_positive ON machines IS 'Çalışma alanının Y ölçüsü sıfırdan büyük ve 100000000 değerinden küçük olmalı; en çok 2 ondalık basamak taşımalıdır / The work envelope''s Y must be above zero and below 100000000, with at most 2 decimal places';
COMMENT ON CONSTRAINT ck_machines_envelope_z_positive ON machines IS 'Çalışma alanının Z ölçüsü sıfırdan büyük ve 100000000 değerinden küçük olmalı; en çok 2 ondalık basamak taşımalıdır / The work envelope''s Z must be above zero and below 100000000, with at most 2 decimal places';
COMMENT ON CONSTRAINT ck_machines_hourly_rate_non_negative ON machines IS 'Saat ücreti sıfırdan küçük olamaz / The hourly rate must not be negative';
COMMENT ON CONSTRAINT ck_machines_manufacturer_length ON machines IS 'manufacturer: 1 ile 100 karakter arasında olmalıdır / manufacturer must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_machines_model_length ON machines IS 'model: 1 ile 100 karakter arasında olmalıdır / model must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_machines_name_length ON machines IS 'name: 1 ile 255 karakter arasında olmalıdır / name must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_machines_post_processor_length ON machines IS 'post_processor: 1 ile 100 karakter arasında olmalıdır / post_processor must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_machines_specifications_object ON machines IS 'specifications bir JSON nesnesi olmalıdır / specifications must be a JSON object';
COMMENT ON CONSTRAINT ck_machines_specifications_size ON machines IS 'specifications en çok 65536 bayt olabilir / specifications must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_machines_spindle_power_positive ON machines IS 'İş mili gücü sıfırdan büyük ve 100000000 değerinden küçük olmalı; en çok 2 ondalık basamak taşımalıdır / The spindle power must be above zero and below 100000000, with at most 2 decimal places';
COMMENT ON CONSTRAINT ck_machines_spindle_rpm_positive ON machines IS 'İş mili devri sıfırdan büyük olmalıdır / The spindle speed must be above zero';
COMMENT ON CONSTRAINT ck_machines_tool_capacity_positive ON machines IS 'Takım kapasitesi sıfırdan büyük olmalıdır / The tool capacity must be above zero';
COMMENT ON CONSTRAINT ck_machines_updated_after_created ON machines IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_machines_updated_at_finite ON machines IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_machines_version_positive ON machines IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT pk_machines ON machines IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_machines_name ON machines IS 'Bu adla bir makine var / There is a machine with this name';
COMMENT ON INDEX idx_machines_active IS 'The machines of a type that work may be planned on, by name.';
COMMENT ON INDEX idx_machines_type IS 'All machines of a type, those out of service included.';

GRANT SELECT ON machines TO platform_app;
GRANT SELECT, INSERT, UPDATE ON machines TO platform_worker;
GRANT SELECT ON machines TO platform_readonly;
GRANT SELECT ON machines TO platform_auditor;

COMMENT ON TABLE materials IS 'A stock material with cutting data.';
COMMENT ON COLUMN materials.id IS 'Key, given by the server.';
COMMENT ON COLUMN materials.category IS 'Group of materials that are cut alike.';
COMMENT ON COLUMN materials.name IS 'Name of the material, unique in its category.';
COMMENT ON COLUMN materials.grade IS 'Grade or temper by the standard that defines it.';
COMMENT ON COLUMN materials.density_g_cm3 IS 'Density in grams per cubic centimetre.';
COMMENT ON COLUMN materials.hardness_hb IS 'Brinell hardness (HB).';
COMMENT ON COLUMN materials.tensile_strength_mpa IS 'Tensile strength in megapascals.';
COMMENT ON COLUMN materials.machinability_rating IS 'How readily it is cut: 100 is free-cutting brass.';
COMMENT ON COLUMN materials.cutting_speed_m_min IS 'Recommended cutting speed in metres per minute.';
COMMENT ON COLUMN materials.feed_rate_mm_tooth IS 'Recommended feed in millimetres per tooth.';
COMMENT ON COLUMN materials.properties IS 'Further properties, as a JSON object by name.';
COMMENT ON COLUMN materials.cost_per_kg_cents IS 'Cost of a kilogram without KDV, in minor units of currency.';
COMMENT ON COLUMN materials.currency IS 'Currency of the cost per kilogram (ISO 4217).';
COMMENT ON COLUMN materials.supplier IS 'Who delivers it.';
COMMENT ON COLUMN materials.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN materials.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN materials.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_materials_cost_non_negative ON materials IS 'Kilogram maliyeti sıfırdan küçük olamaz / The cost per kilogram must not be negative';
COMMENT ON CONSTRAINT ck_materials_created_at_finite ON materials IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_materials_cutting_speed_positive ON materials IS 'Kesme hızı sıfırdan büyük ve 100000000 değerinden küçük olmalı; en çok 2 ondalık basamak taşımalıdır / The cutting speed must be above zero and below 100000000, with at most 2 decimal places';
COMMENT ON CONSTRAINT ck_materials_density_positive ON materials IS 'Yoğunluk sıfırdan büyük ve 10000000 değerinden küçük olmalı; en çok 3 ondalık basamak taşımalıdır / The density must be above zero and below 10000000, with at most 3 decimal places';
COMMENT ON CONSTRAINT ck_materials_feed_rate_positive ON materials IS 'Diş başına ilerleme sıfırdan büyük ve 1000000 değerinden küçük olmalı; en çok 4 ondalık basamak taşımalıdır / The feed per tooth must be above zero and below 1000000, with at most 4 decimal places';
COMMENT ON CONSTRAINT ck_materials_grade_length ON materials IS 'grade: 1 ile 50 karakter arasında olmalıdır / grade must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_materials_hardness_positive ON materials IS 'Sertlik sıfırdan büyük olmalıdır / The hardness must be above zero';
COMMENT ON CONSTRAINT ck_materials_machinability_valid ON materials IS 'İşlenebilirlik 0 ile 100 arasında olmalıdır / The machinability rating must be from 0 to 100';
COMMENT ON CONSTRAINT ck_materials_name_length ON materials IS 'name: 1 ile 100 karakter arasında olmalıdır / name must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_materials_properties_object ON materials IS 'properties bir JSON nesnesi olmalıdır / properties must be a JSON object';
COMMENT ON CONSTRAINT ck_materials_properties_size ON materials IS 'properties en çok 65536 bayt olabilir / properties must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_materials_supplier_length ON materials IS 'supplier: 1 ile 255 karakter arasında olmalıdır / supplier must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_materials_tensile_positive ON materials IS 'Çekme dayanımı sıfırdan büyük olmalıdır / The tensile strength must be above zero';
COMMENT ON CONSTRAINT ck_materials_updated_after_created ON materials IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_materials_updated_at_finite ON materials IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_materials_version_positive ON materials IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT pk_materials ON materials IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_materials_category_name ON materials IS 'Bu kategoride bu adla bir malzeme var / There is a material with this name in this category';
COMMENT ON INDEX gin_materials_properties IS 'Materials that have a property: properties @> ….';
COMMENT ON INDEX idx_materials_name IS 'Materials by name, in whatever category.';

GRANT SELECT ON materials TO platform_app;
GRANT SELECT, INSERT, UPDATE ON materials TO platform_worker;
GRANT SELECT ON materials TO platform_readonly;
GRANT SELECT ON materials TO platform_auditor;

COMMENT ON TABLE tools IS 'A cutting tool and its stock.';
COMMENT ON COLUMN tools.id IS 'Key, given by the server.';
COMMENT ON COLUMN tools.name IS 'Name of the tool, unique for its manufacturer.';
COMMENT ON COLUMN tools.type IS 'What it does to the work.';
COMMENT ON COLUMN tools.material IS 'What the cutting edge is made of.';
COMMENT ON COLUMN tools.coating IS 'What covers the cutting edge.';
COMMENT ON COLUMN tools.manufacturer IS 'Who made it.';
COMMENT ON COLUMN tools.part_number IS 'The manufacturer''s order number.';
COMMENT ON COLUMN tools.diameter_mm IS 'Cutting diameter in millimetres.';
COMMENT ON COLUMN tools.flute_count IS 'Number of cutting edges (flutes).';
COMMENT ON COLUMN tools.flute_length_mm IS 'Length of the cutting edge in millimetres.';
COMMENT ON COLUMN tools.overall_length_mm IS 'Length from tip to end in millimetres.';
COMMENT ON COLUMN tools.shank_diameter_mm IS 'Diameter of the shank in millimetres.';
COMMENT ON COLUMN tools.corner_radius_mm IS 'Radius of the corner in millimetres; 0 is a sharp corner.';
COMMENT ON COLUMN tools.helix_angle_deg IS 'Helix angle in degrees; 0 is a straight flute.';
COMMENT ON COLUMN tools.max_depth_of_cut_mm IS 'Greatest axial depth of cut in millimetres.';
COMMENT ON COLUMN tools.specifications IS 'Further properties, as a JSON object by name.';
COMMENT ON COLUMN tools.tool_life_minutes IS 'Expected time in the cut, in minutes.';
COMMENT ON COLUMN tools.cost_cents IS 'Cost of one piece without KDV, in minor units of currency.';
COMMENT ON COLUMN tools.currency IS 'Currency of the cost (ISO 4217).';
COMMENT ON COLUMN tools.quantity_available IS 'Pieces in stock.';
COMMENT ON COLUMN tools.minimum_stock IS 'Pieces below which the tool is ordered again.';
COMMENT ON COLUMN tools.location IS 'Where it lies.';
COMMENT ON COLUMN tools.is_active IS 'Whether work may be planned with it.';
COMMENT ON COLUMN tools.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN tools.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN tools.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_tools_corner_radius_non_negative ON tools IS 'Köşe yarıçapı sıfırdan küçük olamaz, 10000000 değerinden küçük olmalı; en çok 3 ondalık basamak taşımalıdır / The corner radius must not be negative and must be below 10000000, with at most 3 decimal places';
COMMENT ON CONSTRAINT ck_tools_cost_non_negative ON tools IS 'Takım maliyeti sıfırdan küçük olamaz / The cost of a tool must not be negative';
COMMENT ON CONSTRAINT ck_tools_created_at_finite ON tools IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_tools_diameter_positive ON tools IS 'Çap sıfırdan büyük ve 10000000 değerinden küçük olmalı; en çok 3 ondalık basamak taşımalıdır / The diameter must be above zero and below 10000000, with at most 3 decimal places';
COMMENT ON CONSTRAINT ck_tools_flute_count_positive ON tools IS 'Ağız sayısı sıfırdan büyük olmalıdır / The number of flutes must be above zero';
COMMENT ON CONSTRAINT ck_tools_flute_length_positive ON tools IS 'Kesici ağız boyu sıfırdan büyük ve 100000000 değerinden küçük olmalı; en çok 2 ondalık basamak taşımalıdır / The flute length must be above zero and below 100000000, with at most 2 decimal places';
COMMENT ON CONSTRAINT ck_tools_helix_angle_valid ON tools IS 'Helis açısı 0 ile 90 derece arasında olmalı; en çok 2 ondalık basamak taşımalıdır / The helix angle must be from 0 to 90 degrees, with at most 2 decimal places';
COMMENT ON CONSTRAINT ck_tools_life_positive ON tools IS 'Takım ömrü sıfırdan büyük olmalıdır / The tool life must be above zero';
COMMENT ON CONSTRAINT ck_tools_location_length ON tools IS 'location: 1 ile 100 karakter arasında olmalıdır / location must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_tools_manufacturer_length ON tools IS 'manufacturer: 1 ile 100 karakter arasında olmalıdır / manufacturer must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_tools_max_doc_positive ON tools IS 'En büyük talaş derinliği sıfırdan büyük ve 100000000 değerinden küçük olmalı; en çok 2 ondalık basamak taşımalıdır / The greatest depth of cut must be above zero and below 100000000, with at most 2 decimal places';
COMMENT ON CONSTRAINT ck_tools_min_stock_non_negative ON tools IS 'En az stok sıfırdan küçük olamaz / The minimum stock must not be negative';
COMMENT ON CONSTRAINT ck_tools_name_length ON tools IS 'name: 1 ile 200 karakter arasında olmalıdır / name must have 1 to 200 characters';
COMMENT ON CONSTRAINT ck_tools_overall_length_positive ON tools IS 'Toplam boy sıfırdan büyük ve 100000000 değerinden küçük olmalı; en çok 2 ondalık basamak taşımalıdır / The overall length must be above zero and below 100000000, with at most 2 decimal places';
COMMENT ON CONSTRAINT ck_tools_part_number_length ON tools IS 'part_number: 1 ile 100 karakter arasında olmalıdır / part_number must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_tools_quantity_non_negative ON tools IS 'Depoda yeterli takım yok; stok sıfırın altına inemez / There are not enough tools in stock: it cannot go below zero';
COMMENT ON CONSTRAINT ck_tools_shank_diameter_positive ON tools IS 'Sap çapı sıfırdan büyük ve 100000000 değerinden küçük olmalı; en çok 2 ondalık basamak taşımalıdır / The shank diameter must be above zero and below 100000000, with at most 2 decimal places';
COMMENT ON CONSTRAINT ck_tools_specifications_object ON tools IS 'specifications bir JSON nesnesi olmalıdır / specifications must be a JSON object';
COMMENT ON CONSTRAINT ck_tools_specifications_size ON tools IS 'specifications en çok 65536 bayt olabilir / specifications must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_tools_updated_after_created ON tools IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_tools_updated_at_finite ON tools IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_tools_version_positive ON tools IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT pk_tools ON tools IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_tools_name_manufacturer ON tools IS 'Bu üreticinin bu adla bir takımı var / There is a tool with this name from this manufacturer';
COMMENT ON INDEX idx_tools_inventory IS 'Tools to order again, the shortest first.';
COMMENT ON INDEX idx_tools_material IS 'Tools whose cutting edge is of a material.';
COMMENT ON INDEX idx_tools_part_number IS 'The tool with a manufacturer''s order number.';
COMMENT ON INDEX idx_tools_type_diameter IS 'Tools of a type, by diameter.';

GRANT SELECT ON tools TO platform_app;
GRANT SELECT, INSERT, UPDATE ON tools TO platform_worker;
GRANT SELECT ON tools TO platform_readonly;
GRANT SELECT ON tools TO platform_auditor;

COMMENT ON TABLE models IS 'A CAD file in a line of revisions.';
COMMENT ON COLUMN models.id IS 'Key, given by the server.';
COMMENT ON COLUMN models.user_id IS 'Who owns the model.';
COMMENT ON COLUMN models.file_size IS 'Size of the file in bytes.';
COMMENT ON COLUMN models.parent_model_id IS 'The model that this one revises; NULL for a first revision or once that one is gone.';
COMMENT ON COLUMN models.revision IS 'Number of the design''s state in its line, from 1.';
COMMENT ON COLUMN models.name IS 'Name of the model, as its owner gave it.';
COMMENT ON COLUMN models.sha256_hash IS 'SHA-256 of the file, 64 lower-case hexadecimal digits.';
COMMENT ON COLUMN models.description IS 'What the owner says about the model.';
COMMENT ON COLUMN models.thumbnail_s3_key IS 'Key of the preview picture in the object store.';
COMMENT ON COLUMN models.type IS 'What the file shows.';
COMMENT ON COLUMN models.file_format IS 'How the file is written.';
COMMENT ON COLUMN models.s3_key IS 'Key of the file in the object store, unique, compared byte by byte.';
COMMENT ON COLUMN models.params IS 'Parameters that the model was made from, as a JSON object by name.';
COMMENT ON COLUMN models.metrics IS 'What was measured of the model, such as volume and area, as a JSON object.';
COMMENT ON COLUMN models.metadata IS 'What the caller attaches to the model, as a JSON object.';
COMMENT ON COLUMN models.deleted_at IS 'When the owner deleted the model (UTC); file and row go 30 days later.';
COMMENT ON COLUMN models.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN models.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN models.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_models_created_at_finite ON models IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_models_deleted_at_finite ON models IS 'deleted_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / deleted_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_models_description_length ON models IS 'description: 1 ile 1000 karakter arasında olmalıdır / description must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_models_file_size_positive ON models IS 'Dosya boş olamaz / The file must not be empty';
COMMENT ON CONSTRAINT ck_models_first_revision_has_no_parent ON models IS 'İlk revizyon başka bir modelin devamı olamaz / A first revision does not revise another model';
COMMENT ON CONSTRAINT ck_models_metadata_object ON models IS 'metadata bir JSON nesnesi olmalıdır / metadata must be a JSON object';
COMMENT ON CONSTRAINT ck_models_metadata_size ON models IS 'metadata en çok 65536 bayt olabilir / metadata must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_models_metrics_object ON models IS 'metrics bir JSON nesnesi olmalıdır / metrics must be a JSON object';
COMMENT ON CONSTRAINT ck_models_metrics_size ON models IS 'metrics en çok 65536 bayt olabilir / metrics must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_models_name_length ON models IS 'name: 1 ile 255 karakter arasında olmalıdır / name must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_models_not_its_own_parent ON models IS 'Model kendisinin revizyonu olamaz / A model cannot be a revision of itself';
COMMENT ON CONSTRAINT ck_models_params_object ON models IS 'params bir JSON nesnesi olmalıdır / params must be a JSON object';
COMMENT ON CONSTRAINT ck_models_params_size ON models IS 'params en çok 65536 bayt olabilir / params must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_models_revision_positive ON models IS 'Revizyon numarası 1''den başlar / Revisions are numbered from 1';
COMMENT ON CONSTRAINT ck_models_s3_key_length ON models IS 's3_key: 1 ile 1024 karakter arasında olmalıdır / s3_key must have 1 to 1024 characters';
COMMENT ON CONSTRAINT ck_models_sha256_hash_format ON models IS 'sha256_hash: SHA-256 özeti 64 küçük onaltılık hanedir / sha256_hash: a SHA-256 is 64 lower-case hexadecimal digits';
COMMENT ON CONSTRAINT ck_models_thumbnail_s3_key_length ON models IS 'thumbnail_s3_key: 1 ile 1024 karakter arasında olmalıdır / thumbnail_s3_key must have 1 to 1024 characters';
COMMENT ON CONSTRAINT ck_models_updated_after_created ON models IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_models_updated_at_finite ON models IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_models_version_positive ON models IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT fk_models_parent_model_id_models ON models IS 'parent_model_id, user_id, models tablosundaki bir kayda bağlıdır / parent_model_id, user_id refers to a row of models';
COMMENT ON CONSTRAINT fk_models_user_id_users ON models IS 'user_id, users tablosundaki bir kayda bağlıdır / user_id refers to a row of users';
COMMENT ON CONSTRAINT pk_models ON models IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_models_id_user_id ON models IS 'Model bu kullanıcıda zaten kayıtlı / The model is already recorded for this user';
COMMENT ON CONSTRAINT uq_models_parent_model_id_revision ON models IS 'Modelin bu numarayla bir revizyonu var / The model has a revision of this number already';
COMMENT ON CONSTRAINT uq_models_s3_key ON models IS 'Bu dosya başka bir modelde kayıtlı / The file belongs to another model';
COMMENT ON INDEX gin_models_metrics IS 'Models that measure as given: metrics @> ….';
COMMENT ON INDEX gin_models_params IS 'Models made from given parameters: params @> ….';
COMMENT ON INDEX idx_models_sha256_hash IS 'The models of a file that is known by its hash.';
COMMENT ON INDEX idx_models_type IS 'All models of a type.';
COMMENT ON INDEX idx_models_user_created IS 'A page of a user''s models, newest first, without the deleted ones.';
COMMENT ON INDEX idx_models_user_id IS 'All models of a user, deleted ones included, and the foreign key to users.';

ALTER TABLE models ENABLE ROW LEVEL SECURITY;
ALTER TABLE models FORCE ROW LEVEL SECURITY;

CREATE POLICY models_own ON models TO platform_app USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE POLICY models_all ON models TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY models_read ON models FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT ON models TO platform_app;
GRANT INSERT (user_id, file_size, parent_model_id, revision, name, sha256_hash, description, thumbnail_s3_key, type, file_format, s3_key, params, metrics, metadata, deleted_at) ON models TO platform_app;
GRANT UPDATE (file_size, parent_model_id, revision, name, sha256_hash, description, thumbnail_s3_key, type, file_format, s3_key, params, metrics, metadata, deleted_at, version) ON models TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON models TO platform_worker;
GRANT SELECT (id, created_at, version, updated_at, user_id, file_size, parent_model_id, revision, sha256_hash, type, file_format, metrics, deleted_at) ON models TO platform_readonly;
GRANT SELECT ON models TO platform_auditor;

COMMENT ON TABLE jobs IS 'Asynchronous task queue with idempotency, retry logic, and comprehensive metrics';
COMMENT ON COLUMN jobs.id IS 'Key, given by the server.';
COMMENT ON COLUMN jobs.user_id IS 'Who asked for the work; NULL for a job of the system.';
COMMENT ON COLUMN jobs.model_id IS 'The CAD model that is worked on, of the same user; NULL when there is none.';
COMMENT ON COLUMN jobs.idempotency_key IS 'The caller''s key of the request, unique for each user: the same again is the same job.';
COMMENT ON COLUMN jobs.request_fingerprint IS 'SHA-256 of the request that came with idempotency_key, in hexadecimal digits.';
COMMENT ON COLUMN jobs.task_id IS 'Number of the task in the caller''s task queue, such as Celery''s.';
COMMENT ON COLUMN jobs.claimed_by IS 'The worker that runs the job; NULL when none does.';
COMMENT ON COLUMN jobs.error_code IS 'Code of the last failure, for programs.';
COMMENT ON COLUMN jobs.error_message IS 'The last failure in words, for people.';
COMMENT ON COLUMN jobs.type IS 'What is to be done.';
COMMENT ON COLUMN jobs.status IS 'State of the job.';
COMMENT ON COLUMN jobs.priority IS 'The higher, the sooner: low -10, normal 0, high 10, critical 20.';
COMMENT ON COLUMN jobs.progress IS 'How much of the attempt is done, in percent.';
COMMENT ON COLUMN jobs.attempt IS 'How often the job was claimed: the fencing token of its results.';
COMMENT ON COLUMN jobs.retry_count IS 'How often the job was tried again after a failure.';
COMMENT ON COLUMN jobs.input_params IS 'What the work is to be done with, as a JSON object by parameter.';
COMMENT ON COLUMN jobs.output_data IS 'What came out, as a JSON object; NULL until there is a result.';
COMMENT ON COLUMN jobs.metrics IS 'What was measured of the work, such as time and memory, as a JSON object.';
COMMENT ON COLUMN jobs.max_retries IS 'How often the job may be tried again after a failure.';
COMMENT ON COLUMN jobs.timeout_seconds IS 'How long one attempt may take, in seconds.';
COMMENT ON COLUMN jobs.available_at IS 'From when the job may be claimed (UTC).';
COMMENT ON COLUMN jobs.lease_until IS 'Until when the worker holds the job (UTC); each heartbeat moves it on.';
COMMENT ON COLUMN jobs.heartbeat_at IS 'When the worker last showed that it is alive (UTC).';
COMMENT ON COLUMN jobs.cancel_requested_at IS 'When the user asked to cancel the job (UTC).';
COMMENT ON COLUMN jobs.started_at IS 'When the current or last attempt began (UTC); NULL in the queue.';
COMMENT ON COLUMN jobs.finished_at IS 'When the job ended, well or not (UTC).';
COMMENT ON COLUMN jobs.dead_lettered_at IS 'When the job was given up after its last retry (UTC); an operator may queue it again.';
COMMENT ON COLUMN jobs.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN jobs.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN jobs.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_jobs_attempt_non_negative ON jobs IS 'Deneme sayısı sıfırdan küçük olamaz / The number of attempts must not be negative';
COMMENT ON CONSTRAINT ck_jobs_available_at_finite ON jobs IS 'available_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / available_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_jobs_cancel_requested_at_finite ON jobs IS 'cancel_requested_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / cancel_requested_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_jobs_claimed_by_length ON jobs IS 'claimed_by: 1 ile 255 karakter arasında olmalıdır / claimed_by must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_jobs_completed_is_whole ON jobs IS 'Tamamlanan işin ilerlemesi yüzde 100''dür ve hata kodu yoktur / A completed job has a progress of 100 percent and no error code';
COMMENT ON CONSTRAINT ck_jobs_created_at_finite ON jobs IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_jobs_dead_letter_is_failed ON jobs IS 'Yalnız başarısız olan ya da süresi dolan işten vazgeçilebilir / Only a job that failed or timed out is given up';
COMMENT ON CONSTRAINT ck_jobs_dead_lettered_at_finite ON jobs IS 'dead_lettered_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / dead_lettered_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_jobs_error_code_length ON jobs IS 'error_code: 1 ile 100 karakter arasında olmalıdır / error_code must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_jobs_error_message_length ON jobs IS 'error_message: 1 ile 1000 karakter arasında olmalıdır / error_message must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_jobs_failed_has_error ON jobs IS 'Başarısız olan ya da süresi dolan işin hata kodu yazılmalıdır / A job that failed or timed out has an error code';
COMMENT ON CONSTRAINT ck_jobs_finished_after_started ON jobs IS 'İş, başlamadan önce bitemez / A job cannot finish before it starts';
COMMENT ON CONSTRAINT ck_jobs_finished_at_finite ON jobs IS 'finished_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / finished_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_jobs_finished_at_matches_status ON jobs IS 'Bitiş anı, iş bitmişse bulunur, bitmemişse bulunmaz / The end is there if, and only if, the job is finished';
COMMENT ON CONSTRAINT ck_jobs_heartbeat_at_finite ON jobs IS 'heartbeat_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / heartbeat_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_jobs_idempotency_key_length ON jobs IS 'idempotency_key: 1 ile 255 karakter arasında olmalıdır / idempotency_key must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_jobs_input_params_object ON jobs IS 'input_params bir JSON nesnesi olmalıdır / input_params must be a JSON object';
COMMENT ON CONSTRAINT ck_jobs_input_params_size ON jobs IS 'input_params en çok 262144 bayt olabilir / input_params must take at most 262144 bytes';
COMMENT ON CONSTRAINT ck_jobs_key_has_fingerprint ON jobs IS 'İdempotentlik anahtarı ile istek özeti birlikte verilir / The idempotency key and the fingerprint of the request come together';
COMMENT ON CONSTRAINT ck_jobs_lease_matches_status ON jobs IS 'Yürüyen işin üstleneni, üstlenme süresi ve son yaşam belirtisi vardır; başka işin hiçbiri yoktur / A running job has its worker, lease and heartbeat; any other job has none of them';
COMMENT ON CONSTRAINT ck_jobs_lease_until_finite ON jobs IS 'lease_until: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / lease_until must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_jobs_max_retries_non_negative ON jobs IS 'Yeniden deneme hakkı 0 ile 100 arasında olmalıdır / The allowed retries must be from 0 to 100';
COMMENT ON CONSTRAINT ck_jobs_metrics_object ON jobs IS 'metrics bir JSON nesnesi olmalıdır / metrics must be a JSON object';
COMMENT ON CONSTRAINT ck_jobs_metrics_size ON jobs IS 'metrics en çok 65536 bayt olabilir / metrics must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_jobs_model_has_owner ON jobs IS 'Sistem işi bir kullanıcının modeline bağlanamaz / A system job has no model of a user';
COMMENT ON CONSTRAINT ck_jobs_output_data_object ON jobs IS 'output_data bir JSON nesnesi olmalıdır / output_data must be a JSON object';
COMMENT ON CONSTRAINT ck_jobs_output_data_size ON jobs IS 'output_data en çok 65536 bayt olabilir / output_data must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_jobs_priority_range ON jobs IS 'Öncelik -10 ile 20 arasında olmalıdır / The priority must be from -10 to 20';
COMMENT ON CONSTRAINT ck_jobs_progress_valid ON jobs IS 'İlerleme yüzde 0 ile 100 arasında olmalıdır / The progress must be from 0 to 100 percent';
COMMENT ON CONSTRAINT ck_jobs_request_fingerprint_format ON jobs IS 'request_fingerprint: SHA-256 özeti 64 küçük onaltılık hanedir / request_fingerprint: a SHA-256 is 64 lower-case hexadecimal digits';
COMMENT ON CONSTRAINT ck_jobs_retry_count_non_negative ON jobs IS 'Yeniden deneme sayısı sıfırdan küçük olamaz / The number of retries must not be negative';
COMMENT ON CONSTRAINT ck_jobs_retry_count_within_max ON jobs IS 'Yeniden deneme hakkı bitti / There are no retries left';
COMMENT ON CONSTRAINT ck_jobs_started_at_finite ON jobs IS 'started_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / started_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_jobs_started_at_matches_status ON jobs IS 'Başlama anı işin durumuyla uyuşmuyor: sıradaki iş başlamamıştır, yürüyen ve biten iş başlamıştır / The start does not match the status: a waiting job has none, a running or finished one has one';
COMMENT ON CONSTRAINT ck_jobs_task_id_length ON jobs IS 'task_id: 1 ile 255 karakter arasında olmalıdır / task_id must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_jobs_timeout_positive ON jobs IS 'Zaman aşımı 1 saniye ile 7 gün arasında olmalıdır / The timeout must be from 1 second to 7 days';
COMMENT ON CONSTRAINT ck_jobs_updated_after_created ON jobs IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_jobs_updated_at_finite ON jobs IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_jobs_version_positive ON jobs IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT fk_jobs_model_id_models ON jobs IS 'model_id, user_id, models tablosundaki bir kayda bağlıdır / model_id, user_id refers to a row of models';
COMMENT ON CONSTRAINT fk_jobs_user_id_users ON jobs IS 'user_id, users tablosundaki bir kayda bağlıdır / user_id refers to a row of users';
COMMENT ON CONSTRAINT pk_jobs ON jobs IS 'Birincil anahtar / Primary key';
COMMENT ON INDEX gin_jobs_input_params IS 'Jobs that were asked for with given parameters: input_params @> ….';
COMMENT ON INDEX gin_jobs_metrics IS 'Jobs that measured as given: metrics @> ….';
COMMENT ON INDEX gin_jobs_output_data IS 'Jobs with a given result: output_data @> ….';
COMMENT ON INDEX idx_jobs_dead_lettered_at IS 'Jobs that were given up, by when.';
COMMENT ON INDEX idx_jobs_lease_until IS 'Running jobs whose lease has run out.';
COMMENT ON INDEX idx_jobs_model_id IS 'The jobs of a model, and the foreign key to models.';
COMMENT ON INDEX idx_jobs_priority_status IS 'Claiming: the waiting jobs, highest priority first, then longest available.';
COMMENT ON INDEX idx_jobs_status_created_at IS 'Jobs in a status, oldest first.';
COMMENT ON INDEX idx_jobs_task_id IS 'The job of a task in the task queue.';
COMMENT ON INDEX idx_jobs_type IS 'All jobs of a type.';
COMMENT ON INDEX idx_jobs_user_type_status IS 'A user''s jobs, all or of a type in a status by age, and their progress from the index alone; and the foreign key to users.';
COMMENT ON INDEX uq_jobs_idempotency_key IS 'The job of a user''s idempotency key; one for each, and system jobs are one user.';

ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs FORCE ROW LEVEL SECURITY;

CREATE POLICY jobs_own ON jobs TO platform_app USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint) AND available_at >= created_at);
CREATE POLICY jobs_all ON jobs TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY jobs_read ON jobs FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT ON jobs TO platform_app;
GRANT INSERT (user_id, model_id, type, priority, input_params, idempotency_key, request_fingerprint, max_retries, timeout_seconds, available_at) ON jobs TO platform_app;
GRANT UPDATE (cancel_requested_at) ON jobs TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs TO platform_worker;
GRANT SELECT (id, created_at, version, updated_at, user_id, model_id, request_fingerprint, task_id, claimed_by, error_code, type, status, priority, progress, attempt, retry_count, metrics, max_retries, timeout_seconds, available_at, lease_until, heartbeat_at, cancel_requested_at, started_at, finished_at, dead_lettered_at) ON jobs TO platform_readonly;
GRANT SELECT ON jobs TO platform_auditor;

COMMENT ON TABLE artefacts IS 'A file that a job produced.';
COMMENT ON COLUMN artefacts.id IS 'Key, given by the server.';
COMMENT ON COLUMN artefacts.job_id IS 'The job that produced the file.';
COMMENT ON COLUMN artefacts.size_bytes IS 'Size of the file in bytes.';
COMMENT ON COLUMN artefacts.type IS 'What the file is for, such as gcode or collision_report.';
COMMENT ON COLUMN artefacts.s3_key IS 'Key of the file in the object store, unique, compared byte by byte.';
COMMENT ON COLUMN artefacts.sha256 IS 'SHA-256 of the file, 64 lower-case hexadecimal digits; NULL when not computed.';
COMMENT ON COLUMN artefacts.mime IS 'Media type of the file (RFC 6838), without parameters.';
COMMENT ON COLUMN artefacts.deletion_error IS 'Why the last attempt to delete the file failed.';
COMMENT ON COLUMN artefacts.meta IS 'What the job says about the file, as a JSON object.';
COMMENT ON COLUMN artefacts.deletion_requested_at IS 'Since when the file is to be deleted (UTC); NULL while it is kept.';
COMMENT ON COLUMN artefacts.deletion_attempts IS 'How often deleting the file was tried.';
COMMENT ON COLUMN artefacts.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN artefacts.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN artefacts.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_artefacts_created_at_finite ON artefacts IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_artefacts_deletion_attempts_non_negative ON artefacts IS 'Silme denemeleri sıfırdan küçük olamaz ve silme istenmeden başlamaz / Attempts to delete are not negative, and there are none before deletion is requested';
COMMENT ON CONSTRAINT ck_artefacts_deletion_error_length ON artefacts IS 'deletion_error: 1 ile 1000 karakter arasında olmalıdır / deletion_error must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_artefacts_deletion_requested_at_finite ON artefacts IS 'deletion_requested_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / deletion_requested_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_artefacts_meta_object ON artefacts IS 'meta bir JSON nesnesi olmalıdır / meta must be a JSON object';
COMMENT ON CONSTRAINT ck_artefacts_meta_size ON artefacts IS 'meta en çok 65536 bayt olabilir / meta must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_artefacts_mime_format ON artefacts IS 'Ortam türü küçük harfle tür/alt tür olarak yazılır (model/step) / The media type is written type/subtype in lower case (model/step)';
COMMENT ON CONSTRAINT ck_artefacts_mime_length ON artefacts IS 'mime: 1 ile 100 karakter arasında olmalıdır / mime must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_artefacts_s3_key_length ON artefacts IS 's3_key: 1 ile 1024 karakter arasında olmalıdır / s3_key must have 1 to 1024 characters';
COMMENT ON CONSTRAINT ck_artefacts_sha256_format ON artefacts IS 'sha256: SHA-256 özeti 64 küçük onaltılık hanedir / sha256: a SHA-256 is 64 lower-case hexadecimal digits';
COMMENT ON CONSTRAINT ck_artefacts_size_positive ON artefacts IS 'Dosya boş olamaz / The file must not be empty';
COMMENT ON CONSTRAINT ck_artefacts_type_format ON artefacts IS 'Dosya türü küçük harfle başlar; küçük harf, rakam ve alt çizgiden oluşur / The kind of file begins with a lower-case letter and has lower-case letters, digits and underscores';
COMMENT ON CONSTRAINT ck_artefacts_type_length ON artefacts IS 'type: 1 ile 50 karakter arasında olmalıdır / type must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_artefacts_updated_after_created ON artefacts IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_artefacts_updated_at_finite ON artefacts IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_artefacts_version_positive ON artefacts IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT fk_artefacts_job_id_jobs ON artefacts IS 'job_id, jobs tablosundaki bir kayda bağlıdır / job_id refers to a row of jobs';
COMMENT ON CONSTRAINT pk_artefacts ON artefacts IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_artefacts_s3_key ON artefacts IS 'Bu dosya başka bir işte kayıtlı / The file belongs to another job';
COMMENT ON INDEX gin_artefacts_meta IS 'Files of which a job says as given: meta @> ….';
COMMENT ON INDEX idx_artefacts_created_at IS 'A page of all files, newest first.';
COMMENT ON INDEX idx_artefacts_job_type_size IS 'The files of a job by type and their size, and the foreign key to jobs.';
COMMENT ON INDEX idx_artefacts_pending_deletion IS 'Files that are to be deleted, longest waiting first.';
COMMENT ON INDEX idx_artefacts_sha256 IS 'The artefacts of a file that is known by its hash.';

ALTER TABLE artefacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE artefacts FORCE ROW LEVEL SECURITY;

CREATE POLICY artefacts_own ON artefacts TO platform_app USING (EXISTS (SELECT FROM jobs p WHERE p.id = artefacts.job_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint))) WITH CHECK (EXISTS (SELECT FROM jobs p WHERE p.id = artefacts.job_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)));
CREATE POLICY artefacts_all ON artefacts TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY artefacts_read ON artefacts FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT ON artefacts TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON artefacts TO platform_worker;
GRANT SELECT (id, created_at, version, updated_at, job_id, size_bytes, type, sha256, mime, deletion_requested_at, deletion_attempts) ON artefacts TO platform_readonly;
GRANT SELECT ON artefacts TO platform_auditor;

COMMENT ON TABLE cam_runs IS 'A CAM run of a job on a machine.';
COMMENT ON COLUMN cam_runs.id IS 'Key, given by the server.';
COMMENT ON COLUMN cam_runs.job_id IS 'The job that made the run.';
COMMENT ON COLUMN cam_runs.machine_id IS 'The machine that the tool path is for.';
COMMENT ON COLUMN cam_runs.strategy IS 'How the tool path covers the work; NULL when the run combines several ways.';
COMMENT ON COLUMN cam_runs.status IS 'State of the run.';
COMMENT ON COLUMN cam_runs.params IS 'Cutting parameters of the run, such as feed and speed, as a JSON object.';
COMMENT ON COLUMN cam_runs.metrics IS 'What was measured of the run, such as cutting time, as a JSON object.';
COMMENT ON COLUMN cam_runs.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN cam_runs.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN cam_runs.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_cam_runs_created_at_finite ON cam_runs IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_cam_runs_metrics_object ON cam_runs IS 'metrics bir JSON nesnesi olmalıdır / metrics must be a JSON object';
COMMENT ON CONSTRAINT ck_cam_runs_metrics_size ON cam_runs IS 'metrics en çok 65536 bayt olabilir / metrics must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_cam_runs_params_object ON cam_runs IS 'params bir JSON nesnesi olmalıdır / params must be a JSON object';
COMMENT ON CONSTRAINT ck_cam_runs_params_size ON cam_runs IS 'params en çok 65536 bayt olabilir / params must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_cam_runs_updated_after_created ON cam_runs IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_cam_runs_updated_at_finite ON cam_runs IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_cam_runs_version_positive ON cam_runs IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT fk_cam_runs_job_id_jobs ON cam_runs IS 'job_id, jobs tablosundaki bir kayda bağlıdır / job_id refers to a row of jobs';
COMMENT ON CONSTRAINT fk_cam_runs_machine_id_machines ON cam_runs IS 'machine_id, machines tablosundaki bir kayda bağlıdır / machine_id refers to a row of machines';
COMMENT ON CONSTRAINT pk_cam_runs ON cam_runs IS 'Birincil anahtar / Primary key';
COMMENT ON INDEX idx_cam_runs_created_at IS 'A page of all CAM runs, newest first.';
COMMENT ON INDEX idx_cam_runs_job_id_status IS 'The CAM runs of a job in a status, and the foreign key to jobs.';
COMMENT ON INDEX idx_cam_runs_machine_id IS 'All CAM runs for a machine, and the foreign key to machines.';
COMMENT ON INDEX idx_cam_runs_machine_status IS 'The unfinished CAM runs for a machine.';

ALTER TABLE cam_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE cam_runs FORCE ROW LEVEL SECURITY;

CREATE POLICY cam_runs_own ON cam_runs TO platform_app USING (EXISTS (SELECT FROM jobs p WHERE p.id = cam_runs.job_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint))) WITH CHECK (EXISTS (SELECT FROM jobs p WHERE p.id = cam_runs.job_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)));
CREATE POLICY cam_runs_all ON cam_runs TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY cam_runs_read ON cam_runs FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT ON cam_runs TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cam_runs TO platform_worker;
GRANT SELECT ON cam_runs TO platform_readonly;
GRANT SELECT ON cam_runs TO platform_auditor;

COMMENT ON TABLE sim_runs IS 'A simulation of a job, optionally of one CAM run.';
COMMENT ON COLUMN sim_runs.id IS 'Key, given by the server.';
COMMENT ON COLUMN sim_runs.job_id IS 'The job that made the simulation.';
COMMENT ON COLUMN sim_runs.cam_run_id IS 'The CAM run that is simulated; NULL when the simulation is of no single run.';
COMMENT ON COLUMN sim_runs.type IS 'What the simulation looks for.';
COMMENT ON COLUMN sim_runs.status IS 'State of the simulation.';
COMMENT ON COLUMN sim_runs.result IS 'The verdict; set with status completed, and only then.';
COMMENT ON COLUMN sim_runs.collision_count IS 'How many collisions were found; NULL when none were looked for.';
COMMENT ON COLUMN sim_runs.params IS 'Settings of the simulation, such as step and tolerance, as a JSON object.';
COMMENT ON COLUMN sim_runs.metrics IS 'What the simulation measured, such as force or heat, as a JSON object.';
COMMENT ON COLUMN sim_runs.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN sim_runs.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN sim_runs.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_sim_runs_collision_count_non_negative ON sim_runs IS 'Çarpışma sayısı sıfırdan küçük olamaz / The number of collisions must not be negative';
COMMENT ON CONSTRAINT ck_sim_runs_created_at_finite ON sim_runs IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_sim_runs_metrics_object ON sim_runs IS 'metrics bir JSON nesnesi olmalıdır / metrics must be a JSON object';
COMMENT ON CONSTRAINT ck_sim_runs_metrics_size ON sim_runs IS 'metrics en çok 65536 bayt olabilir / metrics must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_sim_runs_params_object ON sim_runs IS 'params bir JSON nesnesi olmalıdır / params must be a JSON object';
COMMENT ON CONSTRAINT ck_sim_runs_params_size ON sim_runs IS 'params en çok 65536 bayt olabilir / params must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_sim_runs_passed_without_collision ON sim_runs IS 'Çarpışma bulunan simülasyon başarılı sayılamaz / A simulation that found collisions did not pass';
COMMENT ON CONSTRAINT ck_sim_runs_result_when_completed ON sim_runs IS 'Simülasyonun sonucu, tamamlanmışsa bulunur, tamamlanmamışsa bulunmaz / The verdict is there if, and only if, the simulation is completed';
COMMENT ON CONSTRAINT ck_sim_runs_updated_after_created ON sim_runs IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_sim_runs_updated_at_finite ON sim_runs IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_sim_runs_version_positive ON sim_runs IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT fk_sim_runs_cam_run_id_cam_runs ON sim_runs IS 'cam_run_id, cam_runs tablosundaki bir kayda bağlıdır / cam_run_id refers to a row of cam_runs';
COMMENT ON CONSTRAINT fk_sim_runs_job_id_jobs ON sim_runs IS 'job_id, jobs tablosundaki bir kayda bağlıdır / job_id refers to a row of jobs';
COMMENT ON CONSTRAINT pk_sim_runs ON sim_runs IS 'Birincil anahtar / Primary key';
COMMENT ON INDEX idx_sim_runs_cam_run_id IS 'The simulations of a CAM run, and the foreign key to cam_runs.';
COMMENT ON INDEX idx_sim_runs_created_at IS 'A page of all simulations, newest first.';
COMMENT ON INDEX idx_sim_runs_job_id_status IS 'The simulations of a job in a status, and the foreign key to jobs.';
COMMENT ON INDEX idx_sim_runs_status IS 'The unfinished simulations in a status.';

ALTER TABLE sim_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE sim_runs FORCE ROW LEVEL SECURITY;

CREATE POLICY sim_runs_own ON sim_runs TO platform_app USING (EXISTS (SELECT FROM jobs p WHERE p.id = sim_runs.job_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint))) WITH CHECK (EXISTS (SELECT FROM jobs p WHERE p.id = sim_runs.job_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)));
CREATE POLICY sim_runs_all ON sim_runs TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY sim_runs_read ON sim_runs FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT ON sim_runs TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sim_runs TO platform_worker;
GRANT SELECT ON sim_runs TO platform_readonly;
GRANT SELECT ON sim_runs TO platform_auditor;
