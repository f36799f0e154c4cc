with

raw_campaigns as (
    select *
    from
        {{
            deduplicate(
                source('salesforce', 'campaign'),
                ['id'],
                latest_version_first()
            )
        }} as latest
),

renamed as (
    select
        id as campaign_id,
        name as campaign_name,
        lower(trim(type)) as campaign_type,
        lower(trim(status)) as campaign_status,
        start_date,
        end_date,
        {{ reporting_date('created_date') }} as created_date,
        actual_cost,
        upper(
            trim(coalesce(nullif(trim(currency_iso_code), ''), '{{ var("reporting_currency") }}'))
        ) as currency
    from raw_campaigns
    where coalesce(_fivetran_active, true) and not coalesce(is_deleted, false)
)

select * from renamed
