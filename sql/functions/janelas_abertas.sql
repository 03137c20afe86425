-- janelas_abertas: what the claims of this session found open less than a second ago: since, until, and
-- the keys of janela_chave; '{}' when that is over.
create or replace function janelas_abertas(em timestamptz)
returns text[]
language plpgsql stable
as $$
declare
    v_tudo constant text[] := nullif(current_setting('carteiro.janelas_abertas', true), '');
begin
    if v_tudo[1]::timestamptz <= em and em < v_tudo[2]::timestamptz then
        return v_tudo;
    end if;
    return '{}';
end
$$;
