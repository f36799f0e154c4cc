{% macro is_nested(data_type) %}
    {#- Whether a type holds structs, lists or maps. -#}
    {% set name = data_type | lower %}
    {{ return(name.startswith(('struct', 'map', 'array<')) or name.endswith(']')) }}
{% endmacro %}

{% macro nested_leaves(data_type) %}
    {#- The plain types inside a nested type, by path: {'value.int_value': 'bigint'}; a list adds [] to
        the path of what it holds, the list itself being the empty path of its own level. -#}
    {% set pattern = '"(?:[^"]|"")*"|[A-Za-z_][A-Za-z0-9_]*(?: WITH TIME ZONE)?|[0-9]+|[(),\\[\\]]' %}
    {% set ns = namespace(expects='type', before='') %}
    {% set path, opened, leaves, lists = [], [], {}, [] %}
    {% for token in modules.re.findall(pattern, data_type) %}
        {% if token == '(' %}
            {% do opened.append(ns.before) %}
            {% set ns.expects = 'name' if ns.before == 'struct' else 'nothing' %}
        {% elif token == ')' %}
            {% if opened.pop() == 'struct' %}
                {% do path.pop() %}
            {% endif %}
            {% set ns.expects = 'type' %}
        {% elif token == ',' %}
            {% if opened and opened[-1] == 'struct' %}
                {% do path.pop() %}
                {% set ns.expects = 'name' %}
            {% endif %}
        {% elif token == '[' %}
            {% do lists.append(path | join('.')) %}
        {% elif ns.expects == 'name' %}
            {% do path.append(token.strip('"') | lower) %}
            {% set ns.expects = 'type' %}
        {% elif ns.expects == 'type' and token != ']' and token | lower != 'struct' %}
            {% do leaves.update({path | join('.'): token | lower}) %}
        {% endif %}
        {% set ns.before = token | lower %}
    {% endfor %}
    {{ return({'leaves': leaves, 'lists': lists}) }}
{% endmacro %}

{% macro nested_misfit(found_type, declared_type) %}
    {#- (path, found type, declared type) of a part of a nested column that the declared type cannot
        hold, or none. Parts that are not declared are ignored, and missing ones are null. -#}
    {% set found, declared = nested_leaves(found_type), nested_leaves(declared_type) %}
    {% if found.lists | select('in', ['']) | list != declared.lists | select('in', ['']) | list %}
        {{ return(('', found_type, declared_type)) }}
    {% endif %}
    {% for path, data_type in declared.leaves.items() %}
        {% for found_path, type_there in found.leaves.items() %}
            {% if found_path == path %}
                {% if type_there != '"null"' and not fits_without_looking(
                    type_family(type_there), type_family(data_type)
                ) or path in found.lists %}
                    {{ return((path, type_there, data_type)) }}
                {% endif %}
            {% elif found_path.startswith(path ~ '.') or path.startswith(found_path ~ '.') %}
                {{ return((path, type_there, data_type)) }}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {{ return(none) }}
{% endmacro %}

{% macro cast_nested(column, found_type, declared_type) %}
    {#- A nested raw column as its declared type, by names. DuckDB casts no struct that has nothing in
        common with the type; such a column is as good as absent. -#}
    {% set found = nested_leaves(found_type).leaves %}
    {% set declared = nested_leaves(declared_type).leaves %}
    {% set ns = namespace(castable=found.keys() | select('in', declared) | list | length > 0) %}
    {% for path in declared if '.' in path %}
        {#- The same holds for every struct inside: one whose own parts are all strangers. -#}
        {% set inside = path.rpartition('.')[0] ~ '.' %}
        {% set there = found.keys() | select('in', found) | list %}
        {% set known = namespace(any=false, shared=false) %}
        {% for found_path in there if found_path.startswith(inside) %}
            {% set known.any = true %}
            {% set known.shared = known.shared or found_path in declared %}
        {% endfor %}
        {% if known.any and not known.shared %}
            {% set ns.castable = false %}
        {% endif %}
    {% endfor %}
    {{ return('cast(' ~ (column if ns.castable else 'null') ~ ' as ' ~ declared_type ~ ')') }}
{% endmacro %}
