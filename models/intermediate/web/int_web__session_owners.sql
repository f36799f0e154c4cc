with person_members as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind in ('user', 'anonymous')

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}
    where member_kind = 'person'

),

final as (

    select
        person_members.member_kind,
        person_members.member_id,
        person_members.person_id,
        account_members.account_id
    from person_members
    left join account_members
        on person_members.person_id = account_members.member_id

)

select * from final
