"""Turkish tax law as data: rates, withholding, exemptions, other taxes, profiles.

The data is part of the package, because a calculation must work without a database and
change with a release. ``rows()`` of :mod:`rates <platform_db.domain.law.rates>`,
:mod:`withholding <platform_db.domain.law.withholding>` and :mod:`exemptions
<platform_db.domain.law.exemptions>` is what the tables ``kdv_rates``,
``withholding_codes`` and ``exemption_codes`` publish, column by column.

A row with ``is_verified`` false is used where a calculation needs it, and its mark travels
with the result; it must not be presented as fact. None of this is legal advice.
"""
