with leads as (

    select * from {{ ref('stg_salesforce__leads') }}

),

lead_history as (

    select * from {{ ref('stg_salesforce__lead_history') }}

),

contacts as (

    select * from {{ ref('stg_salesforce__contacts') }}

),

opportunities as (

    select * from {{ ref('stg_salesforce__opportunities') }}

),

campaign_members as (

    select * from {{ ref('stg_salesforce__campaign_members') }}

),

campaigns as (

    select * from {{ ref('stg_salesforce__campaigns') }}

),

conversions as (

    select
        lead_id,
        max(changed_at) as converted_at
    from lead_history
    where field_name = 'leadconverted'
    group by lead_id

),

members_ranked as (

    select
        campaign_members.lead_id,
        campaigns.campaign_name,
        row_number() over (
            partition by campaign_members.lead_id
            order by
                campaign_members.created_at nulls last,
                campaign_members.campaign_member_id
        ) as place
    from campaign_members
    inner join campaigns
        on campaign_members.campaign_id = campaigns.campaign_id
    where campaign_members.lead_id is not null

),

-- A lead merged into another one is no longer there. Nothing is converted before it is made.
final as (

    select
        leads.lead_id,
        leads.lead_source,
        members_ranked.campaign_name as campaign,
        leads.lead_score,
        leads.lead_status,
        leads.lost_reason,
        leads.owner_id,
        leads.is_converted,
        case
            when leads.is_converted
                then greatest(
                    coalesce(
                        conversions.converted_at,
                        {{ moment_of_day(
                            'leads.converted_date',
                            ['opportunities.created_at', 'contacts.created_at', 'leads.created_at']
                        ) }},
                        opportunities.created_at,
                        leads.created_at
                    ),
                    leads.created_at
                )
        end as converted_at,
        leads.converted_opportunity_id,
        leads.created_at,
        leads.modified_at
    from leads
    left join conversions
        on leads.lead_id = conversions.lead_id
    left join contacts
        on leads.converted_contact_id = contacts.contact_id
    left join opportunities
        on leads.converted_opportunity_id = opportunities.opportunity_id
    left join members_ranked
        on
            leads.lead_id = members_ranked.lead_id
            and members_ranked.place = 1
    where leads.master_record_id is null

)

select * from final
