-- janela_aberta: whether the company may write for this purpose at this instant, by the clock of the
-- person (`fuso`; null: the company's). Answers (resposta) always may.
--
-- What the claim asks: in two small look-ups, the calendar only where the window does not open on
-- holidays. janela_do_dia has the same rule for a whole day.
create or replace function janela_aberta(empresa uuid, proposito text, fuso text, em timestamptz)
returns boolean
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_local timestamp;
    v_dia smallint;
    v_hora time;
    v_sempre boolean;
    v_util boolean;
begin
    if janela_aberta.proposito = 'resposta' then
        return true;
    end if;
    v_local := janela_aberta.em at time zone fuso_valido(janela_aberta.fuso, janela_aberta.empresa);
    v_dia := extract(isodow from v_local);
    v_hora := v_local::time;
    select bool_or(j.feriados), bool_or(not j.feriados) into v_sempre, v_util
    from janelas_envio j
    where j.empresa_id = janela_aberta.empresa
      and j.proposito = janela_aberta.proposito
      and j.inicio <= v_hora and v_hora < j.fim and v_dia = any (j.dias);
    if v_sempre is null and not exists (
            select 1
            from janelas_envio j
            where j.empresa_id = janela_aberta.empresa and j.proposito = janela_aberta.proposito) then
        select bool_or(j.feriados), bool_or(not j.feriados) into v_sempre, v_util
        from janelas_envio j
        where j.empresa_id is null
          and j.proposito = janela_aberta.proposito
          and j.inicio <= v_hora and v_hora < j.fim and v_dia = any (j.dias);
    end if;
    return coalesce(v_sempre, false)
        or coalesce(v_util, false) and not feriado_e(v_local::date, janela_aberta.empresa);
end
$$;
grant execute on function janela_aberta(uuid, text, text, timestamptz) to carteiro_ops_leitura, carteiro_ops_escrita;
