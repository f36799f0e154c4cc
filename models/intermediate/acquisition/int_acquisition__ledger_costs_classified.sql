with postings as (

    select * from {{ ref('input_sales_marketing_costs') }}

),

reporting_months as (

    select * from {{ ref('int_acquisition__media_months_reported') }}

),

vendors as (

    select * from {{ ref('media_vendors') }}

),

departments as (

    select * from {{ ref('cost_departments') }}

),

channels as (

    select * from {{ ref('channels') }}

),

campaign_channels as (

    select * from {{ ref('ad_campaign_channels') }}

),

vendor_platforms as (

    select
        postings.cost_id,
        min(vendors.platform) as platform
    from postings
    inner join vendors
        on
            concat(' ', translate(lower(postings.vendor), ',.-/', '    '), ' ')
            like concat('% ', vendors.vendor_word, ' %')
    group by postings.cost_id

),

-- An invoice that names no vendor can be that of any platform.
named as (

    select
        postings.cost_id,
        postings.cost_date,
        case
            when postings.category in ('media', 'program', 'people', 'tools', 'commission')
                then postings.category
            else 'other'
        end as category,
        postings.department,
        vendor_platforms.platform,
        coalesce(channels.channel, postings.channel, campaign_channels.channel, 'unallocated')
            as channel,
        postings.vendor,
        postings.currency,
        postings.amount,
        coalesce(departments.purpose, 'acquisition') as purpose,
        case when postings.vendor is null then 'any' else vendor_platforms.platform end
            as billing_platform
    from postings
    left join vendor_platforms
        on postings.cost_id = vendor_platforms.cost_id
    left join departments
        on postings.department = departments.department
    left join channels
        on lower(postings.channel) = lower(channels.channel)
    left join campaign_channels
        on
            postings.category = 'media'
            and vendor_platforms.platform = campaign_channels.platform
            and campaign_channels.campaign_type = '*'

),

final as (

    select
        named.cost_id,
        named.cost_date,
        named.category,
        named.department,
        case when named.category = 'media' then named.platform end as platform,
        named.channel,
        named.vendor,
        named.currency,
        named.amount,
        case
            when named.purpose = 'retention' then 'retention'
            when named.category <> 'media' or {{ policy_is('ledger_media', 'include') }} then null
            when {{ policy_is('ledger_media', 'exclude') }} then 'policy'
            when reporting_months.month is not null then 'reported_by_platform'
        end as exclusion_reason
    from named
    left join reporting_months
        on
            named.billing_platform = reporting_months.platform
            and {{ month_start('named.cost_date') }} = reporting_months.month

)

select * from final
