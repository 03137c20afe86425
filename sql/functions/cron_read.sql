-- cron_read: a cron expression of five fields as the values of each.
--
-- is_ambos: a day must be in `dias` and in `semana`, because one of the two fields begins with *; when both
-- are restricted one is enough, as cron has always had it. Raises 22023 as cron_field does.
create or replace function cron_read(cron text, out minutos integer[], out horas integer[], out dias integer[],
    out meses integer[], out semana integer[], out is_ambos boolean)
language plpgsql immutable parallel safe
set search_path = carteiro, pg_temp
as $$
declare
    v_campos constant text[] := regexp_split_to_array(btrim(coalesce(cron, ''), E' \t\r\n'), '\s+');
    v_colunas integer[];
begin
    if cardinality(v_campos) <> 5 or length(cron) > 1000 then
        raise exception 'cron: expected five fields (minute, hour, day of month, month, day of week), found %',
            case when btrim(coalesce(cron, ''), E' \t\r\n') = '' then 'none' when length(cron) > 1000 then 'over 1000 characters'
                else cardinality(v_campos)::text end
            using errcode = '22023';
    end if;
    -- where each begins, for the errors: after so many characters
    v_colunas := array(select 1 + length((regexp_match(cron, '^\s*(?:\S+\s+){' || i || '}'))[1]) from generate_series(0, 4) i);
    minutos := cron_field(v_campos[1], 1, v_colunas[1]);
    horas := cron_field(v_campos[2], 2, v_colunas[2]);
    dias := cron_field(v_campos[3], 3, v_colunas[3]);
    meses := cron_field(v_campos[4], 4, v_colunas[4]);
    semana := cron_field(v_campos[5], 5, v_colunas[5]);
    is_ambos := v_campos[3] like '*%' or v_campos[5] like '*%';
end
$$;
