-- dias_ler: days of the week as people write them, as ISO days (1 Monday to 7 Sunday): 'seg-sex', 'sáb',
-- 'seg,qua,sex', '1-5', 'todos'. Raises 22023 that names `dias`.
create or replace function dias_ler(dias text)
returns smallint[]
language plpgsql immutable
set search_path = carteiro, pg_temp
as $$
declare
    v_nomes constant text[] := '{seg,ter,qua,qui,sex,sab,dom}';
    v_texto constant text := translate(lower(btrim(coalesce(dias, ''), ' {}')), 'áç', 'ac');
    parte text;
    pontas text[];
    de integer;
    ate integer;
    lidos integer[] := '{}';
begin
    if v_texto in ('todos', 'todos os dias') then
        return '{1,2,3,4,5,6,7}';
    end if;
    foreach parte in array string_to_array(v_texto, ',') loop
        pontas := regexp_match(btrim(parte), '^(seg|ter|qua|qui|sex|sab|dom|[1-7])[a-z]*(?:-feira)?(?:\s*(?:-|a)\s*(seg|ter|qua|qui|sex|sab|dom|[1-7])[a-z]*(?:-feira)?)?$');
        if pontas is null then
            raise exception 'dias: expected days such as seg-sex, sab or todos, found "%"', dias using errcode = '22023';
        end if;
        de := coalesce(array_position(v_nomes, pontas[1]), case when pontas[1] ~ '[1-7]' then pontas[1]::integer end);
        ate := coalesce(array_position(v_nomes, pontas[2]), case when pontas[2] ~ '[1-7]' then pontas[2]::integer end, de);
        -- sex-seg goes round by Sunday
        lidos := lidos || array(select 1 + (de - 1 + i) % 7 from generate_series(0, (ate - de + 7) % 7) i);
    end loop;
    if cardinality(lidos) = 0 then
        raise exception 'dias: expected days such as seg-sex, sab or todos, found nothing' using errcode = '22023';
    end if;
    return array(select distinct d::smallint from unnest(lidos) d order by 1);
end
$$;
