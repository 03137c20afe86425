-- fila_pausar: stops sending from a number, by an account, of a template, for a company, or
-- everything (all left out), until `ate` or fila_retomar. The next claim obeys, within a second; no
-- row is rewritten.
--
-- `numero` is a phone_number_id, a phone or an id; `empresa` a name or id; `conta` a WABA id;
-- `modelo` a template's name or id. An automatic pause of the same target becomes this one: no probe
-- ends it any more. Returns the pause.
create or replace function fila_pausar(motivo text, ate timestamptz default null, numero text default null,
    empresa text default null, conta text default null, modelo text default null)
returns pausas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    alvo record;
    feita pausas;
begin
    if btrim(coalesce(fila_pausar.motivo, '')) = '' then
        raise exception 'motivo: expected why it is paused, found nothing' using errcode = '22023';
    end if;
    if fila_pausar.ate <= agora() then
        raise exception 'ate: expected an instant to come' using errcode = '22023';
    end if;
    select * into alvo from fila_alvo(fila_pausar.numero, fila_pausar.empresa, fila_pausar.conta, fila_pausar.modelo);
    insert into pausas as p (escopo, empresa_id, conta_id, numero_id, modelo_id, motivo, ate)
    values (alvo.escopo, alvo.empresa_id, alvo.conta_id, alvo.numero_id, alvo.modelo_id, btrim(fila_pausar.motivo),
        fila_pausar.ate)
    on conflict on constraint pausas_unica do update
    set motivo = excluded.motivo, ate = excluded.ate, desde = agora(), por = session_user,
        automatica = false, codigo = null, vezes = 0, sonda_ate = null
    returning p.* into feita;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (feita.empresa_id, 'fila_pausar', alvo.nome, jsonb_build_object('motivo', feita.motivo, 'ate', feita.ate));
    return feita;
end
$$;
grant execute on function fila_pausar(text, timestamptz, text, text, text, text) to carteiro_ops_escrita;
