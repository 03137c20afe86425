-- fila_has_suspects: whether a row whose sender vanished twice while holding it is due and may leave:
-- somebody is to claim it alone (fila_claim_alone).
create or replace function fila_has_suspects()
returns boolean
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
begin
    if not exists (
            select 1 from fila_ativa f where f.resgates >= 2 and f.status = 'pendente' and f.agendar_para <= agora()) then
        return false;
    end if;
    return exists (
        select 1
        from fila_ativa f
        left join faixas x on x.id = f.faixa
        where f.resgates >= 2
          and f.status = 'pendente'
          and f.agendar_para <= agora()
          and (x.pausada_em is null or x.pausada_ate <= agora())
          and (x.fechada_ate is null or x.fechada_ate <= agora())
          and not (coalesce(x.proposito = 'marketing', false)
                   and exists (select 1 from modo_envio m where m.unico and m.modo = 'degradado'))
          and exists (select 1 from fila_numeros_livres(array[f.numero_id])));
end
$$;
