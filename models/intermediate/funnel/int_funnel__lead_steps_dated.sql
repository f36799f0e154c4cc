with leads as (

    select * from {{ ref('input_leads') }}

),

identified as (

    select * from {{ ref('int_funnel__leads_identified') }}

),

stages as (

    select * from {{ ref('int_funnel__lead_stages_summarised') }}

),

contacts as (

    select * from {{ ref('int_funnel__lead_contacts_summarised') }}

),

opportunities as (

    select * from {{ ref('int_funnel__lead_opportunities_summarised') }}

),

accounts as (

    select * from {{ ref('int_funnel__accounts_converted') }}

),

trials as (

    select * from {{ ref('int_funnel__trials_dated') }}

),

-- What the person's own CRM does not say of the lead, its copy in another one does.
described as (

    select
        identified.lead_id,
        {% for name, function in (('first', 'min'), ('last', 'max')) %}
            {{ function }}(
                case
                    when leads.lost_at <= {{ as_of() }} and not identified.is_duplicate
                        then leads.lost_at
                end
            ) as {{ name }}_lost_at,
        {% endfor %}
        {% for column in (
            'source_system', 'company_key', 'owner_key', 'lead_source', 'campaign', 'lead_score',
            'lost_reason'
        ) %}
            coalesce(
                max(case when not identified.is_copy then leads.{{ column }} end),
                max(leads.{{ column }})
            ) as {{ column }},
        {% endfor %}
        count(*) as records
    from identified
    inner join leads
        on identified.lead_key = leads.lead_key
    group by identified.lead_id

),

-- Customer and trial are the account's. They count for a lead that was there before them and was
-- still the person's latest; or for the account's first lead, where sales came after the product.
final as (

    select
        identified.lead_id,
        case when identified.is_first_lead_of_account then accounts.first_paid_at end
            as account_customer_at,
        case
            when {{ counts_for_lead('accounts.first_paid_at') }} then accounts.first_paid_at
        end as customer_entered_at,
        coalesce(accounts.first_paid_at < identified.created_at, false) as is_customer_before_lead,
        case when {{ counts_for_lead('trials.trial_at') }} then trials.trial_at end as trial_at,
        {% for column in (
            'identified.person_id', 'identified.account_id', 'identified.created_at',
            'identified.is_first_lead_of_account', 'accounts.customer_id',
            'described.source_system', 'described.lead_source', 'described.campaign',
            'described.lead_score', 'described.lost_reason', 'described.company_key',
            'described.owner_key', 'described.records', 'stages.mql_entered_at',
            'stages.sql_entered_at', 'stages.crm_customer_at', 'stages.last_lead_at',
            'stages.last_mql_at', 'stages.last_sql_at', 'contacts.first_call_at',
            'contacts.seconds_to_first_call', 'contacts.business_seconds_to_first_call',
            'contacts.demo_booked_for', 'contacts.demo_at', 'opportunities.first_opportunity_id',
            'opportunities.deal_size_band', 'opportunities.won_amount'
        ) %}
            {{ column }},
        {% endfor %}
        least(described.first_lost_at, stages.first_disqualified_at, opportunities.all_lost_at)
            as first_lost_at,
        greatest(described.last_lost_at, stages.last_disqualified_at, opportunities.all_lost_at)
            as last_lost_at,
        least(stages.opportunity_entered_at, opportunities.first_opportunity_at)
            as opportunity_entered_at,
        greatest(stages.last_opportunity_at, opportunities.last_opportunity_created_at)
            as last_opportunity_at,
        coalesce(stages.re_entries, 0) as re_entries,
        coalesce(stages.is_recycled, false) as is_recycled,
        coalesce(opportunities.opportunities, 0) as opportunities,
        coalesce(opportunities.won_opportunities, 0) as won_opportunities
    from identified
    inner join described
        on identified.lead_id = described.lead_id
    left join stages
        on identified.lead_id = stages.lead_id
    left join contacts
        on identified.lead_id = contacts.lead_id
    left join opportunities
        on identified.lead_id = opportunities.lead_id
    left join accounts
        on identified.account_id = accounts.account_id
    left join trials
        on identified.party_id = trials.party_id
    where not identified.is_copy

)

select * from final
