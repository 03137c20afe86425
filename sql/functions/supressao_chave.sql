-- supressao_chave: the key of this database's suppression hashes; made at the first use and
-- never shown. Without it the hashes of all Brazilian numbers could be tried in an hour.
create or replace function supressao_chave()
returns bytea
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
declare
    achada bytea;
begin
    select k.chave into achada from chaves_internas k where k.nome = 'supressao';
    if achada is null then
        insert into chaves_internas (nome, chave)
        values ('supressao', sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))
        on conflict (nome) do nothing;
        select k.chave into strict achada from chaves_internas k where k.nome = 'supressao';
    end if;
    return achada;
end
$$;
