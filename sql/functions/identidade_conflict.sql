-- identidade_conflict: Meta says that these two are one person. Nobody is joined: an audit row, and a notice for
-- a person to decide; once for each two.
create or replace function identidade_conflict(empresa uuid, uma uuid, outra uuid, motivo text)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    if aviso_note(empresa, 'identidade', format('identidade %s %s', least(uma, outra), greatest(uma, outra)),
            'Dois cadastros parecem ser da mesma pessoa: ' || motivo || '. Nada foi juntado; veja os dois e decida.'
                || case when exists (select 1 from clientes c where c.id in (uma, outra) and c.status = 'optout')
                    then ' Um deles pediu para não receber mensagens.' else '' end,
            'cliente ' || uma, uma, jsonb_build_object('clientes', jsonb_build_array(uma, outra), 'motivo', motivo)) then
        insert into auditoria (empresa_id, action, alvo, payload)
        values (empresa, 'identidade_conflito', 'cliente ' || uma, jsonb_build_object('outro', outra, 'motivo', motivo));
    end if;
end
$$;
