with

raw_opportunities as (
    select *
    from
        {{
            deduplicate(
                source('salesforce', 'opportunity'),
                ['id'],
                latest_version_first()
            )
        }} as latest
),

renamed as (
    select
        id as opportunity_id,
        account_id,
        name as opportunity_name,
        stage_name as stage,
        lower(type) as opportunity_type,
        amount,
        upper(currency_iso_code) as currency,
        coalesce(mrr_c, {{ divide_exact('arr_c', 12, 6) }}) as mrr,
        {{ divide_exact('probability', 100, 6) }} as probability,
        coalesce(is_closed, is_won, false) as is_closed,
        coalesce(is_won, false) as is_won,
        cast(close_date as date) as close_date,
        last_stage_change_date as stage_changed_at,
        lead_source,
        campaign_id,
        loss_reason_c as lost_reason,
        owner_id,
        created_date as created_at
    from raw_opportunities
    where coalesce(_fivetran_active, true) and not coalesce(is_deleted, false)
)

select * from renamed
