{% macro next_renewal() -%}
    {#- The renewal on or after `ends_on`: that of column renewal_date, or one term later. -#}
    case
        when renewed.renewal_date >= renewed.ends_on then renewed.renewal_date
        else cast({{ add_months('renewed.renewal_date', 'renewed.term_months') }} as date)
    end
{%- endmacro %}
