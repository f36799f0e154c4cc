{% macro has_no_daily_table(daily_events, intraday_events) -%}
    {#- Whether an event of the intraday table is of a day without a daily table. A daily row that does
        not name its day says of no day that its table is there; an intraday row that does not is of its
        day in UTC. Where there is no intraday table the days of the other one are not read.
        daily_events, intraday_events: relations. -#}
    coalesce(table_day, replace(cast(event_date as string), '-', '')) not in (
        select daily.table_day from {{ daily_events }} as daily
        where daily.table_day in (
            select coalesce(previews.table_day, replace(cast(previews.event_date as string), '-', ''))
            from {{ intraday_events }} as previews
        )
    )
{%- endmacro %}
