-- campanha_erro_classe: the kind of failure that a message ended with: passageiro (Meta or a limit; later it
-- may go), conteudo (the message or its template: it would fail for everybody), conta (number or account),
-- destinatario (this person cannot receive it), limite_pessoa (Meta keeps marketing from this person for a
-- while), optout, incerto (it may have gone out), outro. `erro` decides only where it says that nobody knows.
create or replace function campanha_erro_classe(codigo integer, erro text)
returns text
language sql immutable parallel safe
as $$
    select case
        -- the words of fila_release and fila_rescue
        when erro like 'sem confirmação da Meta%' or erro like 'resultado desconhecido%' or erro like 'derrubou quem%' then 'incerto'
        when codigo in (1, 2, 4, 613, 80007, 80008, 130429, 131000, 131016, 131047, 131056, 131057, 132069, 133004, 134101, 2494100)
            then 'passageiro'
        when codigo in (130472, 131049) then 'limite_pessoa'
        when codigo = 131050 then 'optout'
        when codigo in (130403, 130497, 131021, 131026, 131030, 137000) then 'destinatario'
        when codigo in (0, 3, 10, 33, 190, 368, 131005, 131031, 131037, 131042, 131045, 131048, 131063, 131064)
            or codigo between 200 and 299 or codigo between 133000 and 133999 then 'conta'
        when codigo = 100 or codigo between 131008 and 131062 or codigo between 132000 and 132999
            or codigo between 134000 and 136999 or codigo = 139200 then 'conteudo'
        else 'outro'
    end
$$;
grant execute on function campanha_erro_classe(integer, text) to public;
