-- worker_seen: a process of the fleet says that it lives. Those silent for a day are forgotten.
create or replace function worker_seen(nome text, processo text, versao text)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    insert into trabalhadores as t (nome, processo, versao, iniciado_em, visto_em)
    values (worker_seen.nome, worker_seen.processo, worker_seen.versao, agora(), agora())
    on conflict on constraint trabalhadores_pkey do update set visto_em = agora(), versao = excluded.versao;
    delete from trabalhadores t where t.visto_em < agora() - interval '1 day';
end
$$;
grant execute on function worker_seen(text, text, text) to carteiro_sender, carteiro_planner, carteiro_gateway;
