{% materialization snapshot, adapter='spark' %}
    {#- Versions on plain Parquet, which takes no `merge`: dbt's own comparison finds what changed, and the
        table is written again beside the old one, which then gives its name. A run that dies between
        the last two statements leaves the rows in <table>__next. -#}
    {% set exists, target_relation = get_or_create_relation(
        database=none, schema=model.schema, identifier=model.alias, type='table'
    ) %}
    {% set strategy = strategy_dispatch(config.get('strategy'))(
        model, 'snapshotted_data', 'source_data', model['config'], exists
    ) %}
    {{ run_hooks(pre_hooks) }}
    {% if not exists %}
        {% call statement('main') %}
            {{ create_table_as(
                False, target_relation, build_snapshot_table(strategy, model['compiled_code'])
            ) }}
        {% endcall %}
    {% else %}
        {% set staged = spark_build_snapshot_staging_table(strategy, sql, target_relation) %}
        {% set next_relation = target_relation.incorporate(
            path={'identifier': target_relation.identifier ~ '__next'}
        ) %}
        {% set kept, added = [], [] %}
        {% for column in adapter.get_columns_in_relation(target_relation) %}
            {% set name = adapter.quote(column.name) %}
            {% do added.append(name) %}
            {% do kept.append(
                'coalesce(written.dbt_valid_to, closed.dbt_valid_to) as dbt_valid_to'
                if column.name == 'dbt_valid_to' else 'written.' ~ name
            ) %}
        {% endfor %}
        {% do adapter.drop_relation(next_relation) %}
        {% call statement('main') %}
            create table {{ next_relation }} using parquet as
            select {{ kept | join(', ') }}
            from {{ target_relation }} as written
            left join {{ staged }} as closed
                on
                    written.dbt_scd_id = closed.dbt_scd_id
                    and closed.dbt_change_type in ('update', 'delete')
            union all
            select {{ added | join(', ') }}
            from {{ staged }}
            where dbt_change_type = 'insert'
        {% endcall %}
        {% do adapter.drop_relation(staged) %}
        {% do adapter.drop_relation(target_relation) %}
        {% do adapter.rename_relation(next_relation, target_relation) %}
    {% endif %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
