-- agendamento_importar_status: a status as clinics and their systems write it. Null for null and for none. Raises 22023.
create or replace function agendamento_importar_status(texto text)
returns text
language plpgsql immutable
set search_path = carteiro, pg_temp
as $$
declare
    v_texto constant text := btrim(regexp_replace(translate(lower(coalesce(texto, '')), 'áâãàéêíóôõúç', 'aaaaeeiooouc'), '[^a-z]+', ' ', 'g'));
    v_status constant text := case
        when v_texto ~ '^(agendad|marcad|pendente|aberto|novo|scheduled)' then 'agendado'
        when v_texto ~ '^(confirmad|confirmed)' then 'confirmado'
        when v_texto ~ '^(realizad|atendid|conclu|finalizad|compareceu|presente|completed)' then 'realizado'
        when v_texto ~ '^(falt|ausente|nao compareceu|no show)' then 'faltou'
        when v_texto ~ '^(cancel|desmarcad)' then 'cancelado'
    end;
begin
    if v_status is null and v_texto <> '' then
        raise exception 'status: expected agendado, confirmado, realizado, faltou or cancelado' using errcode = '22023';
    end if;
    return v_status;
end
$$;
