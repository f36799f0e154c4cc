with people as (

    select * from {{ ref('input_people') }}
    where source_channel is not null

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind = 'record'

),

leads as (

    select * from {{ ref('int_funnel__leads') }}
    where campaign is not null

),

source_channels as (

    select * from {{ ref('crm_source_channels') }}

),

channels as (

    select * from {{ ref('channels') }}

),

campaigns as (

    select
        person_id,
        min_by(campaign, concat(cast(created_at as string), ' ', lead_id)) as campaign
    from leads
    group by person_id

),

-- The oldest record of a person knows its first source.
ranked as (

    select
        person_members.person_id,
        people.person_key,
        people.source_channel,
        people.created_at,
        row_number() over (
            partition by person_members.person_id
            order by people.created_at asc nulls last, people.person_key asc
        ) as age_rank
    from people
    inner join person_members
        on people.person_key = person_members.member_id

),

final as (

    select
        ranked.person_id,
        ranked.person_key,
        case
            when source_channels.source is null then coalesce(channels.channel, 'Unassigned')
            else source_channels.channel
        end as channel,
        lower(trim(ranked.source_channel)) as source,
        campaigns.campaign,
        ranked.created_at
    from ranked
    left join source_channels
        on lower(trim(ranked.source_channel)) = source_channels.source
    left join channels
        on lower(trim(ranked.source_channel)) = lower(channels.channel)
    left join campaigns
        on ranked.person_id = campaigns.person_id
    where
        ranked.age_rank = 1
        and (source_channels.source is null or source_channels.channel is not null)

)

select * from final
