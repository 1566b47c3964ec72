SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TABLE exemption_codes (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    code_group TEXT NOT NULL,
    name TEXT,
    rate_must_be_zero BOOLEAN,
    invoice_types invoice_type_code[],
    is_verified BOOLEAN NOT NULL,
    CONSTRAINT pk_exemption_codes PRIMARY KEY (id),
    CONSTRAINT uq_exemption_codes_code UNIQUE (code),
    CONSTRAINT ck_exemption_codes_code_format CHECK (code ~ '^[0-9]{3}$'),
    CONSTRAINT ck_exemption_codes_code_group_length CHECK (char_length(code_group) BETWEEN 1 AND 50),
    CONSTRAINT ck_exemption_codes_name_length CHECK (char_length(name) BETWEEN 1 AND 500),
    CONSTRAINT ck_exemption_codes_verified_has_name CHECK (name IS NOT NULL OR NOT is_verified)
);

CREATE TABLE kdv_rates (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    rate_class kdv_rate_class NOT NULL,
    rate NUMERIC NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    legal_basis TEXT,
    is_verified BOOLEAN NOT NULL,
    CONSTRAINT pk_kdv_rates PRIMARY KEY (id),
    CONSTRAINT uq_kdv_rates_rate_class_valid_from UNIQUE (rate_class, valid_from),
    CONSTRAINT ck_kdv_rates_rate_valid CHECK (rate >= 0 AND rate <= 100 AND scale(rate) <= 2),
    CONSTRAINT ck_kdv_rates_valid_from_finite CHECK (valid_from BETWEEN DATE '1985-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_kdv_rates_valid_to_finite CHECK (valid_to BETWEEN DATE '1985-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_kdv_rates_legal_basis_length CHECK (char_length(legal_basis) BETWEEN 1 AND 300),
    CONSTRAINT ck_kdv_rates_valid_period CHECK (valid_to >= valid_from)
);

CREATE TABLE withholding_codes (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind withholding_kind NOT NULL,
    percent INTEGER NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    is_verified BOOLEAN NOT NULL,
    CONSTRAINT pk_withholding_codes PRIMARY KEY (id),
    CONSTRAINT uq_withholding_codes_code_valid_from UNIQUE (code, valid_from),
    CONSTRAINT ck_withholding_codes_code_format CHECK (code ~ '^[68][0-9]{2}$'),
    CONSTRAINT ck_withholding_codes_name_length CHECK (char_length(name) BETWEEN 1 AND 500),
    CONSTRAINT ck_withholding_codes_valid_from_finite CHECK (valid_from BETWEEN DATE '1985-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_withholding_codes_valid_to_finite CHECK (valid_to BETWEEN DATE '1985-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_withholding_codes_percent_matches_kind CHECK (CASE kind WHEN 'full' THEN percent = 100 ELSE percent BETWEEN 10 AND 90 AND percent % 10 = 0 END),
    CONSTRAINT ck_withholding_codes_valid_period CHECK (valid_to >= valid_from)
);

COMMENT ON TABLE exemption_codes IS 'Exemption, export-registered and special-base reason codes with the invoice types that admit them (NULL = all).';
COMMENT ON COLUMN exemption_codes.id IS 'Key, given by the server.';
COMMENT ON COLUMN exemption_codes.code IS 'Reason code; its 801-812 are not the withholding codes 801-825.';
COMMENT ON COLUMN exemption_codes.code_group IS 'Which group of codes it belongs to.';
COMMENT ON COLUMN exemption_codes.name IS 'Official name, in Turkish; NULL if unknown.';
COMMENT ON COLUMN exemption_codes.rate_must_be_zero IS 'Whether KDV must be 0; NULL: the code does not say.';
COMMENT ON COLUMN exemption_codes.invoice_types IS 'Invoice types that admit the code; NULL admits all.';
COMMENT ON COLUMN exemption_codes.is_verified IS 'Whether a reliable text confirms the row.';
COMMENT ON CONSTRAINT ck_exemption_codes_code_format ON exemption_codes IS 'İstisna kodu üç hanedir / An exemption code has three digits';
COMMENT ON CONSTRAINT ck_exemption_codes_code_group_length ON exemption_codes IS 'code_group: 1 ile 50 karakter arasında olmalıdır / code_group must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_exemption_codes_name_length ON exemption_codes IS 'name: 1 ile 500 karakter arasında olmalıdır / name must have 1 to 500 characters';
COMMENT ON CONSTRAINT ck_exemption_codes_verified_has_name ON exemption_codes IS 'Doğrulanmış kodun adı vardır / A verified code has its name';
COMMENT ON CONSTRAINT pk_exemption_codes ON exemption_codes IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_exemption_codes_code ON exemption_codes IS 'Bu kod var / The code exists already';
COMMENT ON TABLE kdv_rates IS 'KDV rates by class and date: published copy of the package''s law data.';
COMMENT ON COLUMN kdv_rates.id IS 'Key, given by the server.';
COMMENT ON COLUMN kdv_rates.rate_class IS 'Product class.';
COMMENT ON COLUMN kdv_rates.rate IS 'Rate in percent.';
COMMENT ON COLUMN kdv_rates.valid_from IS 'First day; 1985-01-01 where the data leaves it open.';
COMMENT ON COLUMN kdv_rates.valid_to IS 'Last day, inclusive; NULL is open.';
COMMENT ON COLUMN kdv_rates.legal_basis IS 'Law, decree or decision.';
COMMENT ON COLUMN kdv_rates.is_verified IS 'Whether a reliable text confirms the row.';
COMMENT ON CONSTRAINT ck_kdv_rates_legal_basis_length ON kdv_rates IS 'legal_basis: 1 ile 300 karakter arasında olmalıdır / legal_basis must have 1 to 300 characters';
COMMENT ON CONSTRAINT ck_kdv_rates_rate_valid ON kdv_rates IS 'rate: en az 0 ve en çok 100 olmalıdır, virgülden sonra en çok 2 basamak / rate must be at least 0 and at most 100, with at most 2 decimal places';
COMMENT ON CONSTRAINT ck_kdv_rates_valid_from_finite ON kdv_rates IS 'valid_from: 1985-01-01 ile 2099-12-31 arasında bir gün olmalıdır / valid_from must be a day from 1985-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT ck_kdv_rates_valid_period ON kdv_rates IS 'Dönemin sonu başından önce olamaz / A period does not end before it begins';
COMMENT ON CONSTRAINT ck_kdv_rates_valid_to_finite ON kdv_rates IS 'valid_to: 1985-01-01 ile 2099-12-31 arasında bir gün olmalıdır / valid_to must be a day from 1985-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT pk_kdv_rates ON kdv_rates IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_kdv_rates_rate_class_valid_from ON kdv_rates IS 'Bu sınıfın bu günden başlayan oranı var / The class has a rate from this day already';
COMMENT ON TABLE withholding_codes IS 'Withholding percent by code and date (one row per code and period; a withdrawal closes the period).';
COMMENT ON COLUMN withholding_codes.id IS 'Key, given by the server.';
COMMENT ON COLUMN withholding_codes.code IS 'Withholding code.';
COMMENT ON COLUMN withholding_codes.name IS 'Official name, in Turkish.';
COMMENT ON COLUMN withholding_codes.kind IS 'Partial or full.';
COMMENT ON COLUMN withholding_codes.percent IS 'Percent of the KDV that is withheld.';
COMMENT ON COLUMN withholding_codes.valid_from IS 'First day; 1985-01-01 where the data leaves it open.';
COMMENT ON COLUMN withholding_codes.valid_to IS 'Last day, inclusive; NULL is open.';
COMMENT ON COLUMN withholding_codes.is_verified IS 'Whether a reliable text confirms the row.';
COMMENT ON CONSTRAINT ck_withholding_codes_code_format ON withholding_codes IS 'Tevkifat kodu 6 veya 8 ile başlayan üç hanedir / A withholding code has three digits, the first 6 or 8';
COMMENT ON CONSTRAINT ck_withholding_codes_name_length ON withholding_codes IS 'name: 1 ile 500 karakter arasında olmalıdır / name must have 1 to 500 characters';
COMMENT ON CONSTRAINT ck_withholding_codes_percent_matches_kind ON withholding_codes IS 'Tam tevkifat yüzde 100, kısmi tevkifat 10-90''dır / Full withholding is 100 percent, partial is 10 to 90';
COMMENT ON CONSTRAINT ck_withholding_codes_valid_from_finite ON withholding_codes IS 'valid_from: 1985-01-01 ile 2099-12-31 arasında bir gün olmalıdır / valid_from must be a day from 1985-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT ck_withholding_codes_valid_period ON withholding_codes IS 'Dönemin sonu başından önce olamaz / A period does not end before it begins';
COMMENT ON CONSTRAINT ck_withholding_codes_valid_to_finite ON withholding_codes IS 'valid_to: 1985-01-01 ile 2099-12-31 arasında bir gün olmalıdır / valid_to must be a day from 1985-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT pk_withholding_codes ON withholding_codes IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_withholding_codes_code_valid_from ON withholding_codes IS 'Bu kodun bu günden başlayan oranı var / The code has a ratio from this day already';

INSERT INTO kdv_rates (rate_class, rate, valid_from, valid_to, legal_basis, is_verified) VALUES
    ('general', '10', '1985-01-01', '1986-12-09', NULL, false),
    ('general', '12', '1986-12-10', '1988-10-31', NULL, false),
    ('general', '10', '1988-11-01', '1990-10-14', NULL, false),
    ('general', '11', '1990-10-15', '1991-05-31', NULL, false),
    ('general', '12', '1991-06-01', '1993-10-31', NULL, false),
    ('general', '15', '1993-11-01', '1999-12-12', NULL, false),
    ('general', '17', '1999-12-13', '2001-05-14', NULL, false),
    ('general', '18', '2001-05-15', '2023-07-09', 'Decree 2001/2344, RG 24398', true),
    ('general', '20', '2023-07-10', NULL, 'Presidential Decision 7346, RG 07.07.2023/32241', true),
    ('reduced_list_1', '1', '1985-01-01', NULL, 'Decree 2007/13033, RG 30.12.2007/26742; untouched by Decision 7346', true),
    ('reduced_list_2', '8', '1985-01-01', '2023-07-09', 'Decree 2007/13033, RG 30.12.2007/26742', true),
    ('reduced_list_2', '10', '2023-07-10', NULL, 'Presidential Decision 7346, RG 07.07.2023/32241', true);

INSERT INTO withholding_codes (code, name, kind, percent, valid_from, valid_to, is_verified) VALUES
    ('601', 'Yapım İşleri ile Bu İşlerle Birlikte İfa Edilen Mühendislik-Mimarlık ve Etüt-Proje Hizmetleri', 'partial', '30', '1985-01-01', '2021-02-28', true),
    ('601', 'Yapım İşleri ile Bu İşlerle Birlikte İfa Edilen Mühendislik-Mimarlık ve Etüt-Proje Hizmetleri', 'partial', '40', '2021-03-01', NULL, true),
    ('602', 'Etüt, Plan-Proje, Danışmanlık, Denetim ve Benzeri Hizmetler', 'partial', '90', '1985-01-01', NULL, true),
    ('603', 'Makine, Teçhizat, Demirbaş ve Taşıtlara Ait Tadil, Bakım ve Onarım Hizmetleri', 'partial', '50', '1985-01-01', '2021-02-28', true),
    ('603', 'Makine, Teçhizat, Demirbaş ve Taşıtlara Ait Tadil, Bakım ve Onarım Hizmetleri', 'partial', '70', '2021-03-01', NULL, true),
    ('604', 'Yemek Servis Hizmeti', 'partial', '50', '1985-01-01', NULL, true),
    ('605', 'Organizasyon Hizmeti', 'partial', '50', '1985-01-01', NULL, true),
    ('606', 'İşgücü Temin Hizmetleri', 'partial', '90', '1985-01-01', NULL, true),
    ('607', 'Özel Güvenlik Hizmeti', 'partial', '90', '1985-01-01', NULL, true),
    ('608', 'Yapı Denetim Hizmetleri', 'partial', '90', '1985-01-01', NULL, true),
    ('609', 'Fason Olarak Yaptırılan Tekstil ve Konfeksiyon İşleri, Çanta ve Ayakkabı Dikim İşleri ve Bu İşlere Aracılık Hizmetleri', 'partial', '50', '1985-01-01', '2021-02-28', false),
    ('609', 'Fason Olarak Yaptırılan Tekstil ve Konfeksiyon İşleri, Çanta ve Ayakkabı Dikim İşleri ve Bu İşlere Aracılık Hizmetleri', 'partial', '70', '2021-03-01', NULL, false),
    ('610', 'Turistik Mağazalara Verilen Müşteri Bulma / Götürme Hizmetleri', 'partial', '90', '1985-01-01', NULL, true),
    ('611', 'Spor Kulüplerinin Yayın, Reklâm ve İsim Hakkı Gelirlerine Konu İşlemleri', 'partial', '90', '1985-01-01', NULL, true),
    ('612', 'Temizlik Hizmeti', 'partial', '70', '1985-01-01', '2021-02-28', true),
    ('612', 'Temizlik Hizmeti', 'partial', '90', '2021-03-01', NULL, true),
    ('613', 'Çevre ve Bahçe Bakım Hizmetleri', 'partial', '70', '1985-01-01', '2021-02-28', true),
    ('613', 'Çevre ve Bahçe Bakım Hizmetleri', 'partial', '90', '2021-03-01', NULL, true),
    ('614', 'Servis Taşımacılığı Hizmeti', 'partial', '50', '1985-01-01', NULL, true),
    ('615', 'Her Türlü Baskı ve Basım Hizmetleri', 'partial', '50', '1985-01-01', '2021-02-28', false),
    ('615', 'Her Türlü Baskı ve Basım Hizmetleri', 'partial', '70', '2021-03-01', NULL, false),
    ('616', 'Diğer Hizmetler', 'partial', '50', '1985-01-01', NULL, true),
    ('617', 'Hurda Metalden Elde Edilen Külçe Teslimleri', 'partial', '70', '1985-01-01', NULL, true),
    ('618', 'Hurda Metalden Elde Edilenler Dışındaki Bakır, Çinko, Demir Çelik, Alüminyum ve Kurşun Külçe Teslimleri', 'partial', '70', '1985-01-01', NULL, true),
    ('619', 'Bakır, Çinko, Alüminyum (ve Kurşun) Ürünlerinin Teslimi', 'partial', '70', '1985-01-01', NULL, true),
    ('620', 'İstisnadan Vazgeçenlerin Hurda ve Atık Teslimi', 'partial', '70', '1985-01-01', NULL, true),
    ('621', 'Metal, Plastik, Lastik, Kauçuk, Kâğıt ve Cam Hurda ve Atıklardan Elde Edilen Hammadde Teslimi', 'partial', '90', '1985-01-01', NULL, true),
    ('622', 'Pamuk, Tiftik, Yün ve Yapağı ile Ham Post ve Deri Teslimleri', 'partial', '90', '1985-01-01', NULL, true),
    ('623', 'Ağaç ve Orman Ürünleri Teslimi', 'partial', '50', '1985-01-01', NULL, true),
    ('624', 'Yük Taşımacılığı Hizmeti', 'partial', '20', '1985-01-01', NULL, true),
    ('625', 'Ticari Reklam Hizmetleri', 'partial', '30', '1985-01-01', NULL, true),
    ('626', 'Diğer Teslimler', 'partial', '20', '1985-01-01', NULL, true),
    ('627', 'Demir-Çelik Ürünlerinin Teslimi', 'partial', '40', '2022-05-01', '2022-10-31', true),
    ('627', 'Demir-Çelik Ürünlerinin Teslimi', 'partial', '50', '2022-11-01', NULL, true),
    ('801', 'Yapım İşleri ile Bu İşlerle Birlikte İfa Edilen Mühendislik-Mimarlık ve Etüt-Proje Hizmetleri', 'full', '100', '2022-05-01', NULL, false),
    ('802', 'Etüt, Plan-Proje, Danışmanlık, Denetim ve Benzeri Hizmetler', 'full', '100', '2022-05-01', '2024-10-30', false),
    ('803', 'Makine, Teçhizat, Demirbaş ve Taşıtlara Ait Tadil, Bakım ve Onarım Hizmetleri', 'full', '100', '2022-05-01', NULL, false),
    ('804', 'Yemek Servis Hizmeti', 'full', '100', '2022-05-01', NULL, false),
    ('805', 'Organizasyon Hizmeti', 'full', '100', '2022-05-01', NULL, false),
    ('806', 'İşgücü Temin Hizmetleri', 'full', '100', '2022-05-01', NULL, false),
    ('807', 'Özel Güvenlik Hizmeti', 'full', '100', '2022-05-01', NULL, false),
    ('808', 'Yapı Denetim Hizmetleri', 'full', '100', '2022-05-01', NULL, false),
    ('809', 'Fason Olarak Yaptırılan Tekstil ve Konfeksiyon İşleri, Çanta ve Ayakkabı Dikim İşleri ve Bu İşlere Aracılık Hizmetleri', 'full', '100', '2022-05-01', NULL, false),
    ('810', 'Turistik Mağazalara Verilen Müşteri Bulma / Götürme Hizmetleri', 'full', '100', '2022-05-01', NULL, false),
    ('811', 'Spor Kulüplerinin Yayın, Reklâm ve İsim Hakkı Gelirlerine Konu İşlemleri', 'full', '100', '2022-05-01', NULL, false),
    ('812', 'Temizlik Hizmeti', 'full', '100', '2022-05-01', NULL, false),
    ('813', 'Çevre ve Bahçe Bakım Hizmetleri', 'full', '100', '2022-05-01', NULL, false),
    ('814', 'Servis Taşımacılığı Hizmeti', 'full', '100', '2022-05-01', NULL, false),
    ('815', 'Her Türlü Baskı ve Basım Hizmetleri', 'full', '100', '2022-05-01', NULL, false),
    ('816', 'Hurda Metalden Elde Edilen Külçe Teslimleri', 'full', '100', '2022-05-01', NULL, false),
    ('817', 'Hurda Metalden Elde Edilenler Dışındaki Bakır, Çinko, Demir Çelik, Alüminyum ve Kurşun Külçe Teslimleri', 'full', '100', '2022-05-01', NULL, false),
    ('818', 'Bakır, Çinko, Alüminyum (ve Kurşun) Ürünlerinin Teslimi', 'full', '100', '2022-05-01', NULL, false),
    ('819', 'İstisnadan Vazgeçenlerin Hurda ve Atık Teslimi', 'full', '100', '2022-05-01', NULL, false),
    ('820', 'Metal, Plastik, Lastik, Kauçuk, Kâğıt ve Cam Hurda ve Atıklardan Elde Edilen Hammadde Teslimi', 'full', '100', '2022-05-01', NULL, false),
    ('821', 'Pamuk, Tiftik, Yün ve Yapağı ile Ham Post ve Deri Teslimleri', 'full', '100', '2022-05-01', NULL, false),
    ('822', 'Ağaç ve Orman Ürünleri Teslimi', 'full', '100', '2022-05-01', NULL, false),
    ('823', 'Yük Taşımacılığı Hizmeti', 'full', '100', '2022-05-01', NULL, false),
    ('824', 'Ticari Reklam Hizmetleri', 'full', '100', '2022-05-01', NULL, false),
    ('825', 'Demir-Çelik Ürünlerinin Teslimi', 'full', '100', '2022-05-01', NULL, false);

INSERT INTO exemption_codes (code, code_group, name, rate_must_be_zero, invoice_types, is_verified) VALUES
    ('001', 'unknown', NULL, NULL, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', false),
    ('101', 'otv_exemption', 'ÖTV - İhracat İstisnası', NULL, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('102', 'otv_exemption', 'ÖTV - Diplomatik İstisna', NULL, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('103', 'otv_exemption', 'ÖTV - Askeri Amaçlı İstisna', NULL, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('104', 'otv_exemption', 'ÖTV - Petrol Arama Faaliyetlerinde Bulunanlara Yapılan Teslimler', NULL, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('105', 'otv_exemption', 'ÖTV - Uluslararası Anlaşmadan Doğan İstisna', NULL, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('106', 'otv_exemption', 'ÖTV - Diğer İstisnalar', NULL, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('107', 'otv_exemption', 'ÖTV - 7/a Maddesi Kapsamında Yapılan Teslimler', NULL, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('108', 'otv_exemption', 'ÖTV - Geçici 5. Madde Kapsamında Yapılan Teslimler', NULL, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('151', 'otv_not_exempt', 'ÖTV - İstisna Olmayan Diğer', NULL, NULL, true),
    ('201', 'kdv_partial_exemption', '17/1 Kültür ve Eğitim Amacı Taşıyan İşlemler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('202', 'kdv_partial_exemption', '17/2-a Sağlık, Çevre ve Sosyal Yardım Amaçlı İşlemler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('204', 'kdv_partial_exemption', '17/2-c Yabancı Diplomatik Organ ve Hayır Kurumlarının Yapacakları Bağışlarla İlgili Mal ve Hizmet Alışları', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('205', 'kdv_partial_exemption', '17/2-d Taşınmaz Kültür Varlıklarına İlişkin Teslimler ve Mimarlık Hizmetleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('206', 'kdv_partial_exemption', '17/2-e Mesleki Kuruluşların İşlemleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('207', 'kdv_partial_exemption', '17/3 Askeri Fabrika, Tersane ve Atölyelerin İşlemleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('208', 'kdv_partial_exemption', '17/4-c Birleşme, Devir, Dönüşüm ve Bölünme İşlemleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('209', 'kdv_partial_exemption', '17/4-e Banka ve Sigorta Muameleleri Vergisi Kapsamına Giren İşlemler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('211', 'kdv_partial_exemption', '17/4-h Zirai Amaçlı Su Teslimleri ile Köy Tüzel Kişiliklerince Yapılan İçme Suyu Teslimleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('212', 'kdv_partial_exemption', '17/4-ı Serbest Bölgelerde Verilen Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('213', 'kdv_partial_exemption', '17/4-j Boru Hattı ile Yapılan Petrol ve Gaz Taşımacılığı', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('214', 'kdv_partial_exemption', '17/4-k Organize Sanayi Bölgelerindeki Arsa ve İşyeri Teslimleri ile Konut Yapı Kooperatiflerinin Üyelerine Konut Teslimleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('215', 'kdv_partial_exemption', '17/4-l Varlık Yönetim Şirketlerinin İşlemleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('216', 'kdv_partial_exemption', '17/4-m Tasarruf Mevduatı Sigorta Fonunun İşlemleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('217', 'kdv_partial_exemption', '17/4-n Basın-Yayın ve Enformasyon Genel Müdürlüğüne Verilen Haber Hizmetleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('218', 'kdv_partial_exemption', '17/4-o Gümrük Antrepoları, Geçici Depolama Yerleri ile Gümrüklü Sahalarda Vergisiz Satış Yapılan İşyeri, Depo ve Ardiye Gibi Bağımsız Birimlerin Kiralanması', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('219', 'kdv_partial_exemption', '17/4-p Hazine ve Arsa Ofisi Genel Müdürlüğünün İşlemleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('220', 'kdv_partial_exemption', '17/4-r İki Tam Yıl Süreyle Sahip Olunan Taşınmaz ve İştirak Hisseleri Satışları', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('221', 'kdv_partial_exemption', 'Geçici 15 Konut Yapı Kooperatifleri, Belediyeler ve Sosyal Güvenlik Kuruluşlarına Verilen İnşaat Taahhüt Hizmeti', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('223', 'kdv_partial_exemption', 'Geçici 20/1 Teknoloji Geliştirme Bölgelerinde Yapılan İşlemler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('225', 'kdv_partial_exemption', 'Geçici 23 Milli Eğitim Bakanlığına Yapılan Bilgisayar Bağışları ile İlgili Teslimler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('226', 'kdv_partial_exemption', '17/2-b Özel Okullar, Üniversite ve Yüksekokullar Tarafından Verilen Bedelsiz Eğitim ve Öğretim Hizmetleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('227', 'kdv_partial_exemption', '17/2-b Kanunların Gösterdiği Gerek Üzerine Bedelsiz Olarak Yapılan Teslim ve Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('228', 'kdv_partial_exemption', '17/2-b Kanunun (17/1) Maddesinde Sayılan Kurum ve Kuruluşlara Bedelsiz Olarak Yapılan Teslimler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('229', 'kdv_partial_exemption', '17/2-b Gıda Bankacılığı Faaliyetinde Bulunan Dernek ve Vakıflara Bağışlanan Gıda, Temizlik, Giyecek ve Yakacak Maddeleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('230', 'kdv_partial_exemption', '17/4-g Külçe Altın, Külçe Gümüş ve Kıymetli Taşların Teslimi', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('231', 'kdv_partial_exemption', '17/4-g Metal, Plastik, Lastik, Kauçuk, Kağıt, Cam Hurda ve Atıkların Teslimi', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('232', 'kdv_partial_exemption', '17/4-g Döviz, Para, Damga Pulu, Değerli Kağıtlar, Hisse Senedi ve Tahvil Teslimleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('233', 'kdv_partial_exemption', '2942 Sayılı Kamulaştırma Kanunu Kapsamında Taşınmazların Kamulaştırmayı Yapan Devlet ve Kamu Tüzel Kişilerine Devri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('234', 'kdv_partial_exemption', '17/4-ş Konut Finansmanı Amacıyla Teminat Gösterilen ve İpotek Konulan Konutların Teslimi', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('235', 'kdv_partial_exemption', '16/1-c Transit ve Gümrük Antrepo Rejimleri ile Geçici Depolama ve Serbest Bölge Hükümlerinin Uygulandığı Malların Teslimi', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('236', 'kdv_partial_exemption', '19/2 Usulüne Göre Yürürlüğe Girmiş Uluslararası Anlaşmalar Kapsamındaki İstisnalar (İade Hakkı Tanınmayan)', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('237', 'kdv_partial_exemption', '17/4-t 5300 Sayılı Kanuna Göre Düzenlenen Ürün Senetlerinin İhtisas/Ticaret Borsaları Aracılığıyla İlk Teslimlerinden Sonraki Teslimi', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('238', 'kdv_partial_exemption', '17/4-u Varlıkların Varlık Kiralama Şirketlerine Devri ile Bu Varlıkların Varlık Kiralama Şirketlerince Kiralanması ve Devralınan Kuruma Devri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('239', 'kdv_partial_exemption', '17/4-y Taşınmazların Finansal Kiralama Şirketlerine Devri, Finansal Kiralama Şirketi Tarafından Devredene Kiralanması ve Devri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('240', 'kdv_partial_exemption', '17/4-z Patentli veya Faydalı Model Belgeli Buluşa İlişkin Gayri Maddi Hakların Kiralanması, Devri ve Satışı', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('241', 'kdv_partial_exemption', 'TürkAkım Gaz Boru Hattı Projesine İlişkin Anlaşmanın (9/b) Maddesinde Yer Alan Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('242', 'kdv_partial_exemption', '17/4-ö Gümrük Antrepoları, Geçici Depolama Yerleri ile Gümrüklü Sahalarda Verilen Ardiye, Depolama ve Terminal Hizmetleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('250', 'kdv_partial_exemption', 'Diğerleri (kısmi istisna)', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('301', 'kdv_full_exemption', '11/1-a Mal İhracatı', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('302', 'kdv_full_exemption', '11/1-a Hizmet İhracatı', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('303', 'kdv_full_exemption', '11/1-a Roaming Hizmetleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('304', 'kdv_full_exemption', '13/a Deniz, Hava ve Demiryolu Taşıma Araçlarının Teslimi ile İnşa, Tadil, Bakım ve Onarımları', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('305', 'kdv_full_exemption', '13/b Deniz ve Hava Taşıma Araçları İçin Liman ve Hava Meydanlarında Yapılan Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('306', 'kdv_full_exemption', '13/c Petrol Aramaları ve Petrol Boru Hatlarının İnşa ve Modernizasyonuna İlişkin Yapılan Teslim ve Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('307', 'kdv_full_exemption', '13/c Maden Arama, Altın, Gümüş ve Platin Madenleri İçin İşletme, Zenginleştirme ve Rafinaj Faaliyetlerine İlişkin Teslim ve Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('308', 'kdv_full_exemption', '13/d Teşvikli Yatırım Mallarının Teslimi', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('309', 'kdv_full_exemption', '13/e Liman ve Hava Meydanlarının İnşası, Yenilenmesi ve Genişletilmesi', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('310', 'kdv_full_exemption', '13/f Ulusal Güvenlik Amaçlı Teslim ve Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('311', 'kdv_full_exemption', '14/1 Uluslararası Taşımacılık', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('312', 'kdv_full_exemption', '15/a Diplomatik Organ ve Misyonlara Yapılan Teslim ve Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('313', 'kdv_full_exemption', '15/b Uluslararası Kuruluşlara Yapılan Teslim ve Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('314', 'kdv_full_exemption', '19/2 Usulüne Göre Yürürlüğe Girmiş Uluslararası Anlaşmalar Kapsamındaki İstisnalar', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('315', 'kdv_full_exemption', '14/3 İhraç Konusu Eşyayı Taşıyan Kamyon, Çekici ve Yarı Romorklara Yapılan Motorin Teslimleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('316', 'kdv_full_exemption', '11/1-a Serbest Bölgelerdeki Müşteriler İçin Yapılan Fason Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('317', 'kdv_full_exemption', '17/4-s Engellilerin Eğitimleri, Meslekleri ve Günlük Yaşamlarına İlişkin Araç-Gereç ve Bilgisayar Programları', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('318', 'kdv_full_exemption', 'Geçici 29 Yap-İşlet-Devret, kiralama karşılığı sağlık tesisi ve eğitim öğretim tesisi projelerine ilişkin teslim ve hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('319', 'kdv_full_exemption', '13/g Başbakanlık Merkez Teşkilatına Yapılan Araç Teslimleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('320', 'kdv_full_exemption', 'Geçici 16 (6111 sayılı K.) İSMEP Kapsamında İstanbul Proje Koordinasyon Birimine Yapılacak Teslim ve Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('321', 'kdv_full_exemption', 'Geçici 26 BM, NATO Temsilcilikleri ve Bağlı Kuruluşları ile OECD''ye Resmi Kullanımları İçin Yapılacak Teslim ve Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('322', 'kdv_full_exemption', '11/1-a Türkiye''de İkamet Etmeyenlere Özel Fatura ile Yapılan Teslimler (Bavul Ticareti)', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('323', 'kdv_full_exemption', '13/ğ 5300 Sayılı Kanuna Göre Düzenlenen Ürün Senetlerinin İhtisas/Ticaret Borsaları Aracılığıyla İlk Teslimi', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('324', 'kdv_full_exemption', '13/h Türkiye Kızılay Derneğine Yapılan Teslim ve Hizmetler ile Türkiye Kızılay Derneğinin Teslim ve Hizmetleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('325', 'kdv_full_exemption', '13/ı Yem Teslimleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('326', 'kdv_full_exemption', '13/ı Tescil Edilmiş Gübrelerin Teslimi', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('327', 'kdv_full_exemption', '13/ı Tescilli Gübrelerin İçeriğinde Bulunan Hammaddelerin Gübre Üreticilerine Teslimi', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('328', 'kdv_full_exemption', '13/i Konut veya İşyeri Teslimleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('329', 'kdv_full_exemption', 'Geçici 38 FATİH Projesi Kapsamında Milli Eğitim Bakanlığına Yapılacak Mal Teslimi ve Hizmet İfası', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('330', 'kdv_full_exemption', '13/j Organize Sanayi Bölgeleri ile Küçük Sanayi Sitelerinin İnşasına İlişkin Teslim ve Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('331', 'kdv_full_exemption', '13/m Ar-Ge, Yenilik ve Tasarım Faaliyetlerinde Kullanılmak Üzere Yapılan Yeni Makina ve Teçhizat Teslimleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('332', 'kdv_full_exemption', 'Geçici 39 İmalat Sanayiinde Kullanılmak Üzere Yapılan Yeni Makina ve Teçhizat Teslimleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('333', 'kdv_full_exemption', '13/k Genel ve Özel Bütçeli Kamu İdarelerine, İl Özel İdarelerine, Belediyelere ve Köylere Bağışlanan Tesislerin İnşası', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('334', 'kdv_full_exemption', '13/l Yabancılara Verilen Sağlık Hizmetleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('335', 'kdv_full_exemption', '13/n Basılı Kitap ve Süreli Yayınların Teslimleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('336', 'kdv_full_exemption', 'UEFA Müsabakaları Kapsamında Yapılacak Teslim ve Hizmetler (Geçici 40 / Geçici 46: kaynaklar farklı)', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('337', 'kdv_full_exemption', 'Türk Akım Gaz Boru Hattı Projesine İlişkin Anlaşmanın (9/h) Maddesi Kapsamındaki Gaz Taşıma Hizmetleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('338', 'kdv_full_exemption', 'İmalatçıların Mal İhracatları', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('339', 'kdv_full_exemption', 'İmalat Sanayii ile Turizme Yönelik Yatırım Teşvik Belgesi Kapsamındaki İnşaat İşlerine İlişkin Teslim ve Hizmetler', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('340', 'kdv_full_exemption', 'Elektrik Motorlu Taşıt Araçlarının Geliştirilmesine Yönelik Mühendislik Hizmetleri', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('341', 'kdv_full_exemption', 'Afetzedelere Bağışlanacak Konutların İnşasına İlişkin İstisna', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('342', 'kdv_full_exemption', 'Genel Bütçeli Kamu İdarelerine Bağışlanacak Taşınmazların İnşasına İlişkin İstisna', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('343', 'kdv_full_exemption', 'Genel Bütçeli Kamu İdarelerine Bağışlanacak Konutların Yabancı Devlet Kurum ve Kuruluşlarına Teslimine İlişkin İstisna', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('344', 'kdv_full_exemption', '13/o Milli Savunma ve İç Güvenlik İhtiyaçlarında Kullanılmak Üzere Taşıt Teslimi', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('350', 'kdv_full_exemption', 'Diğerleri (tam istisna)', true, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', true),
    ('351', 'kdv_not_exempt_other', 'KDV - İstisna Olmayan Diğer', true, NULL, true),
    ('501', 'special', NULL, false, '{ISTISNA,IADE,IHRACKAYITLI,SGK,YTBISTISNA,YTBIADE}', false),
    ('555', 'special', 'KDV Oran Kontrolüne Tabi Olmayan Satışlar (demirbaş KDV)', false, NULL, true),
    ('701', 'export_registered', '3065 s. KDV Kanununun 11/1-c md. Kapsamındaki İhraç Kayıtlı Satış', false, '{IHRACKAYITLI,IADE,SGK}', true),
    ('702', 'export_registered', 'DİİB ve Geçici Kabul Rejimi Kapsamındaki Satışlar', false, '{IHRACKAYITLI,IADE,SGK}', true),
    ('703', 'export_registered', '4760 s. ÖTV Kanununun 8/2 md. Kapsamındaki İhraç Kayıtlı Satış', false, '{IHRACKAYITLI,IADE,SGK}', true),
    ('704', 'export_registered', '3065 s. KDVK 11/1-c ve 4760 s. ÖTVK 8/2 md. Kapsamındaki İhraç Kayıtlı Satış', false, '{IHRACKAYITLI,IADE,SGK}', true),
    ('801', 'special_base', 'Milli Piyango, Spor Toto vb. Oyunlar', false, '{OZELMATRAH,IADE,SGK}', true),
    ('802', 'special_base', 'At Yarışları ve Diğer Müşterek Bahis ve Talih Oyunları', false, '{OZELMATRAH,IADE,SGK}', true),
    ('803', 'special_base', 'Profesyonel Sanatçıların Yer Aldığı Gösteriler, Konserler, Profesyonel Sporcuların Katıldığı Sportif Faaliyetler, Maçlar, Yarışlar ve Yarışmalar', false, '{OZELMATRAH,IADE,SGK}', true),
    ('804', 'special_base', 'Gümrük Depolarında ve Müzayede Mahallerinde Yapılan Satışlar', false, '{OZELMATRAH,IADE,SGK}', true),
    ('805', 'special_base', 'Altından Mamül veya Altın İçeren Ziynet Eşyaları ile Sikke Altınların Teslimi', false, '{OZELMATRAH,IADE,SGK}', true),
    ('806', 'special_base', 'Tütün Mamülleri', false, '{OZELMATRAH,IADE,SGK}', true),
    ('807', 'special_base', 'Muzır Neşriyat Kapsamındaki Gazete, Dergi vb. Periyodik Yayınlar', false, '{OZELMATRAH,IADE,SGK}', true),
    ('808', 'special_base', 'Gümüşten Mamül veya Gümüş İçeren Ziynet Eşyaları ile Sikke Gümüşlerin Teslimi', false, '{OZELMATRAH,IADE,SGK}', true),
    ('809', 'special_base', 'Belediyeler Tarafından Yapılan Şehiriçi Yolcu Taşımacılığında Kullanılan Biletlerin, Kartların ve Jetonların Bayiler Tarafından Satışı', false, '{OZELMATRAH,IADE,SGK}', true),
    ('810', 'special_base', 'Ön Ödemeli Elektronik Haberleşme Hizmetleri', false, '{OZELMATRAH,IADE,SGK}', true),
    ('811', 'special_base', 'TŞOF Tarafından Araç Plakaları ile Sürücü Kurslarında Kullanılan Bir Kısım Evrakın Teslimi', false, '{OZELMATRAH,IADE,SGK}', true),
    ('812', 'special_base', 'KDV Uygulanmadan Alınan İkinci El Motorlu Kara Taşıtı veya Taşınmaz Teslimi', false, '{OZELMATRAH,IADE,SGK}', true);
