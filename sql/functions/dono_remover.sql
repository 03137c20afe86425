-- dono_remover: this owner (`dono`: id or phone) receives no proactive message any more, nor what waits
-- by now. Returns the row as it was. What was sent stays in mensagens_proativas.
create or replace function dono_remover(dono text, empresa text default null)
returns donos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    achado donos := dono_resolver(empresa_resolver(dono_remover.empresa), dono_remover.dono, 'dono');
begin
    perform disparo_cancel(m.id, 'o dono foi removido')
    from mensagens_proativas m
    where m.dono_id = achado.id and m.status = 'pending';
    delete from donos d where d.id = achado.id;
    return achado;
end
$$;
grant execute on function dono_remover(text, text) to carteiro_ops_escrita;
