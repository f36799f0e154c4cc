{{
    config(
        materialized=built_in_part(), incremental_strategy='delete+insert',
        unique_key=['member_kind', 'member_id'], on_schema_change='sync_all_columns'
    )
}}

with person_members as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind in ('user', 'anonymous')

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}
    where member_kind = 'person'

),

owners as (

    select
        person_members.member_kind,
        person_members.member_id,
        person_members.person_id,
        account_members.account_id
    from person_members
    left join account_members
        on person_members.person_id = account_members.member_id

),

{% if is_incremental() -%}
-- Who is nobody's any more stays, as nobody's, so that it is told when it was so.
changed as (

    select
        coalesce(owners.member_kind, known.member_kind) as member_kind,
        coalesce(owners.member_id, known.member_id) as member_id,
        owners.person_id,
        owners.account_id
    from owners
    full outer join {{ this }} as known
        on
            owners.member_kind = known.member_kind
            and owners.member_id = known.member_id
    where
        owners.person_id is distinct from known.person_id
        or owners.account_id is distinct from known.account_id

),

{% endif -%}

final as (

    select
        member_kind,
        member_id,
        person_id,
        account_id,
        {{ run_instant() }} as changed_at
    from {{ 'changed' if is_incremental() else 'owners' }}

)

select * from final
