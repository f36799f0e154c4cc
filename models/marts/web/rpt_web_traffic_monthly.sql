with counted as (

    select * from {{ ref('int_web__visits_counted') }}

),

parts as (

    select * from {{ ref('int_web__session_parts_built') }}

),

leads as (

    select * from {{ ref('int_funnel__leads') }}

),

lead_channels as (

    select * from {{ ref('int_attribution__conversion_channels') }}

),

channels as (

    select * from {{ ref('channels') }}

),

{{ traffic_report('month', month_start, 'month') }}

select * from final
order by month, channel
