{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_core__customers_described'}}}) }}
-- Text that the seed country_names does not know is a country of its own in every cut by country.
with described as (

    select country from {{ ref('int_core__customers_described') }}

    union all

    select country from {{ ref('input_companies') }}

)

select
    described.country,
    count(*) as customers_and_companies,
    'Add it to seeds/country_names.csv, in lower case and without dots.' as what_to_do
from described
left join {{ ref('country_names') }} as country_names
    on described.country = country_names.country_code
where described.country is not null and country_names.country_code is null
group by described.country
