-- janela_aberta: whether the company may write for this purpose at this instant, by the clock of the
-- person (`fuso`; null: the company's). Answers (resposta) always may.
create or replace function janela_aberta(empresa uuid, proposito text, fuso text, em timestamptz)
returns boolean
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_local constant timestamp := janela_aberta.em at time zone fuso_valido(janela_aberta.fuso, janela_aberta.empresa);
begin
    return janela_aberta.proposito = 'resposta' or exists (
        select 1
        from janela_do_dia(janela_aberta.empresa, janela_aberta.proposito, v_local::date) w
        where w.inicio <= v_local::time and v_local::time < w.fim);
end
$$;
grant execute on function janela_aberta(uuid, text, text, timestamptz) to carteiro_ops_leitura, carteiro_ops_escrita;
