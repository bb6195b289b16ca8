(* Which hypotheses may prove what is asked, seen at how they end: to try all of them by unification takes
   a hundred times as long, and what fails is tried most. *)
From Elbo Require Import Elbo.
From Ltac2 Require Ltac2.
Import Ltac2.Init.
Import Ltac2.Constr.Unsafe.

(** What a statement ends in, past what it is said of and what it supposes. *)
Ltac2 rec fit_end (t : constr) : constr := match kind t with Prod _ rest => fit_end rest | _ => t end.
Ltac2 rec fit_head (t : constr) : constr :=
  match kind t with App f _ => fit_head f | Cast f _ _ => fit_head f | _ => t end.
Ltac2 fit_second (t : constr) : constr option :=
  match kind t with App _ all => if Int.equal (Array.length all) 2 then Some (Array.get all 1) else None | _ => None end.
Ltac2 fit_first (t : constr) : constr := match kind t with App _ all => Array.get all 0 | _ => t end.
Ltac2 fit_in (names : constr list) (t : constr) : bool := List.exist (Constr.equal t) names.
(** Whether terms may be one: not where their heads differ, which are never unfolded to others. *)
Ltac2 fit_heads (rigid : constr list) (a : constr) (b : constr) : bool :=
  let sure t := match kind t with Var _ => true | _ => fit_in rigid t end in
  if Constr.equal a b then true else if sure a then Bool.neg (sure b) else true.
(** May a statement that ends so prove this goal; or, `over`, prove 0 < t / _, where the goal is 0 < t? *)
Ltac2 fit_may (over : bool) (goal : constr) : constr -> bool :=
  let relations := [constr:(Rlt); constr:(Rle); constr:(@eq)] in
  let other := [constr:(Rge); constr:(R); constr:(carrier); constr:(alphabet); constr:(not)] in
  let rigid := [constr:(Rmult); constr:(Rinv); constr:(Rplus); constr:(Sum); constr:(Prod); constr:(ln); constr:(exp)] in
  let divided := constr:(Rdiv) in
  let product := constr:(Rmult) in
  let asked := fit_head goal in
  if fit_in relations asked then
    let own := Option.map fit_head (fit_second goal) in
    fun last =>
      let head := fit_head last in
      if fit_in other head then false else
      if fit_in relations head then
        if Constr.equal head asked then
          match own with None => true | Some own =>
            match fit_second last with None => true | Some u =>
              let said := fit_head u in
              if over then
                if Constr.equal said divided then fit_heads rigid own (fit_head (fit_first u))
                else fit_heads rigid product said
              else fit_heads rigid own said
            end end
        else false
      else true
  else fun _ => true.
(** k at each hypothesis that may be of use, the last one first, until it succeeds. `plain`: at those too
    that are of no variable and suppose nothing. *)
Ltac2 fit_each (over : bool) (plain : bool) (k : Ltac1.t) : unit :=
  let may := fit_may over (Control.goal ()) in
  let rec go hyps := match hyps with
    | [] => Control.zero (Tactic_failure None)
    | hyp :: rest => match hyp with (name, _, type) =>
        let is_rule := match kind type with Prod _ _ => true | _ => plain end in
        if is_rule then
          if may (fit_end type)
          then Control.plus (fun () => Ltac1.apply k [Ltac1.of_constr (Control.hyp name)] Ltac1.run) (fun _ => go rest)
          else go rest
        else go rest end
    end in
  Control.once (fun () => go (List.rev (Control.hyps ()))). (* which of them it was is all the same *)
Ltac each_fit k := let f := ltac2:(k |- fit_each false false k) in f k.
Ltac each_over k := let f := ltac2:(k |- fit_each true false k) in f k.
Ltac each_said k := let f := ltac2:(k |- fit_each false true k) in f k.

(** * Which terms may be equal
    What is equal once it is in normal form speaks of the same variables, and of as many sums and logarithms. *)
(** The variables of a term, and how many of these `signs` stand in it. *)
Ltac2 rec fit_spoken (signs : constr list) (t : constr) (found : constr list * int) : constr list * int :=
  let both a b found := fit_spoken signs b (fit_spoken signs a found) in
  match kind t with
  | Var _ => match found with (vars, n) => if fit_in vars t then found else (t :: vars, n) end
  | Constant _ _ => match found with (vars, n) => if fit_in signs t then (vars, Int.add n 1) else found end
  | App f all => Array.fold_right (fun rest each => fit_spoken signs each rest) (fit_spoken signs f found) all
  | Lambda b body => both (Constr.Binder.type b) body found
  | Prod b body => both (Constr.Binder.type b) body found
  | LetIn b u body => both u body (fit_spoken signs (Constr.Binder.type b) found)
  | Cast u _ _ => fit_spoken signs u found
  | _ => found
  end.
Ltac2 fit_alike (signs : constr list) (a : Ltac1.t) (b : Ltac1.t) : unit :=
  match Ltac1.to_constr a with None => () | Some a => match Ltac1.to_constr b with None => () | Some b =>
    match fit_spoken signs a ([], 0) with (mine, n) => match fit_spoken signs b ([], 0) with (its, m) =>
      if Int.equal n m then if Int.equal (List.length mine) (List.length its) then
        if List.for_all (fun v => fit_in its v) mine then () else Control.zero (Tactic_failure None)
      else Control.zero (Tactic_failure None) else Control.zero (Tactic_failure None) end end end end.
Ltac same_heads a b := let f := ltac2:(a b |- fit_alike [constr:(ln); constr:(Sum)] a b) in f a b.
Ltac same_variables a b := let f := ltac2:(a b |- fit_alike [] a b) in f a b.

(** What sums are over and of, each once. *)
Ltac2 rec fit_summed (through : constr list) (sums : constr list) (within : bool) (t : constr) (found : constr list) : constr list :=
  match kind t with
  | App f all => if fit_in through f then
      let within := if within then true else fit_in sums f in
      Array.fold_right (fun rest each => fit_summed through sums within each rest) found all
    else if within then if fit_in found t then found else t :: found else found
  | Lambda _ body => fit_summed through sums within body found
  | _ => found
  end.
Ltac2 fit_same_summed (a : Ltac1.t) (b : Ltac1.t) : unit :=
  let sums := [constr:(Sum); constr:(Prod)] in
  let through := List.append sums [constr:(Rplus); constr:(Rminus); constr:(Ropp); constr:(Rmult); constr:(Rdiv); constr:(Rinv); constr:(ln)] in
  match Ltac1.to_constr a with None => () | Some a => match Ltac1.to_constr b with None => () | Some b =>
    let mine := fit_summed through sums false a [] in
    let its := fit_summed through sums false b [] in
    if Int.equal (List.length mine) (List.length its) then
      if List.for_all (fun t => fit_in its t) mine then () else Control.zero (Tactic_failure None)
    else Control.zero (Tactic_failure None) end end.
Ltac same_summed a b := let f := ltac2:(a b |- fit_same_summed a b) in f a b.

(** * What can't be positive
    A search for 0 < t that goes where one for a proof does, and takes what a statement is said of for
    anything at all: where it finds nothing, there is no proof; and it costs a hundredth of one. *)

(** Whether terms may be one: variables bound outside of them may be anything; those of the second are
    put to `bind` with what they are. *)
Ltac2 rec fit_same (sure : constr list) (bind : int -> constr -> bool) (depth : int) (a : constr) (b : constr) : bool :=
  let is_sure t := match kind t with Var _ => true | Rel i => Int.le i depth | _ => fit_in sure t end in
  let by_heads () :=
    let f := fit_head a in
    let g := fit_head b in
    if Constr.equal f g then
      match kind a with App _ mine => match kind b with App _ its =>
        let n := Array.length mine in
        let rec all i := if Int.equal i n then true else
          if fit_same sure bind depth (Array.get mine i) (Array.get its i) then all (Int.add i 1) else false in
        if Int.equal n (Array.length its) then if all 0 then true else Bool.neg (is_sure f) else true
      | _ => true end | _ => true end
    else if is_sure f then Bool.neg (is_sure g) else true in
  match kind b with
  | Rel i => if Int.gt i depth then bind (Int.sub i depth) a else by_heads ()
  | Lambda _ g => match kind a with Lambda _ f => fit_same sure bind (Int.add depth 1) f g | _ => true end
  | _ => match kind a with Rel i => if Int.gt i depth then true else by_heads () | _ => by_heads () end
  end.
(** The terms that a comparison is about. *)
Ltac2 rec fit_terms (arithmetic : constr list) (t : constr) (found : constr list) : constr list :=
  match kind t with
  | App f all => if fit_in arithmetic f
      then t :: Array.fold_right (fun rest each => fit_terms arithmetic each rest) found all else t :: found
  | _ => t :: found
  end.
(** What a statement shows to be positive (all terms, where that isn't seen), of how many variables, and
    what has to be for that, of the first so many of them. *)
Ltac2 Type fit_rule := { shows : constr option; size : int; needs : (int * constr) list }.
Ltac2 rec fit_read (less : constr) (n : int) (t : constr) (needs : (int * constr) list) : fit_rule :=
  let positive u := if Constr.equal (fit_head u) less then fit_second u else None in
  match kind t with
  | Prod b rest => fit_read less (Int.add n 1) rest
      (match positive (Constr.Binder.type b) with Some u => (n, u) :: needs | None => needs end)
  | _ => { shows := positive t; size := n; needs := needs }
  end.
(** A term without variables that are bound outside of it. *)
Ltac2 rec fit_closed (t : constr) : bool :=
  match kind t with App f all => if fit_closed f then Array.for_all fit_closed all else false | Var _ => true | Constant _ _ => true | _ => false end.
Ltac2 fit_anything () : constr := make (Rel 1000).
(** n: how many statements may be used one after the other. *)
Ltac2 fit_possible (n : int) : bool :=
  let less := constr:(Rlt) in
  let divided := constr:(Rdiv) in
  let product := constr:(Rmult) in
  let total := constr:(Sum) in
  let alphabet := constr:(whole) in
  let relations := [less; constr:(Rle); constr:(Rgt); constr:(Rge); constr:(@eq); constr:(not); constr:(and); constr:(or)] in
  let other := [constr:(Rle); constr:(@eq); constr:(Rge); constr:(R); constr:(carrier); constr:(alphabet); constr:(not)] in
  let sure := List.append relations
    [product; constr:(Rinv); constr:(Rplus); divided; total; constr:(ln); constr:(exp); constr:(IZR); constr:(R); alphabet] in
  let arithmetic := List.append relations
    [constr:(Rplus); constr:(Rminus); constr:(Ropp); product; divided; constr:(Rinv)] in
  let types := List.map (fun hyp => match hyp with (_, _, type) => type end) (Control.hyps ()) in
  let is_rule type := match kind type with Prod _ _ => true | _ => false end in
  let known := List.fold_right (fun type found =>
    if fit_in arithmetic (fit_head type) then fit_terms arithmetic type found else found) [] types in
  let rules := List.map (fun type => fit_read less 0 type [])
    (List.filter (fun type => if is_rule type then Bool.neg (fit_in other (fit_head (fit_end type))) else false) types) in
  let anyhow _ _ := true in
  let same a b := fit_same sure anyhow 0 a b in
  let is_sure t := match kind t with Var _ => true | _ => fit_in sure t end in
  let known := List.map (fun t => let head := fit_head t in (t, head, is_sure head)) known in
  (* what has to be positive for u, where a rule shows v *)
  let asked rule u v :=
    let bound := Array.make (Int.add 1 (rule.(size))) None in
    let bind i t := match Array.get bound i with
      | Some other => same t other
      | None => (if fit_closed t then Array.set bound i (Some t) else ()); true end in
    if Bool.neg (fit_heads sure (fit_head u) (fit_head v)) then None else if fit_same sure bind 0 u v then
      Some (List.map (fun need => match need with (n, t) =>
        (* its variables are counted from the last one *)
        let at_ i := match Array.get bound (Int.add i (Int.sub (rule.(size)) n)) with Some t => t | None => fit_anything () end in
        substnl (List.map at_ (List.seq 1 1 (Int.add n 1))) 0 t end) (rule.(needs)))
    else None in
  let rec possible n u trail :=
    let head := fit_head u in
    let is_own := is_sure head in
    if List.exist (fun each => match each with (t, other, sure) =>
      if Constr.equal head other then same u t else if is_own then Bool.neg sure else true end) known then true else
    match kind u with
    | App f all =>
      let among i := possible n (Array.get all i) trail in
      if fit_in [product; divided] f then (if among 0 then among 1 else false) else
      if Constr.equal f total then
        if Constr.equal (fit_head (Array.get all 0)) alphabet then
          match kind (Array.get all 1) with
          | Lambda _ body => if by_rule n u trail then true else possible n body trail
          | _ => true
          end
        else true
      else match kind (fit_head f) with Var _ => by_rule n u trail | _ => true end
    | Var _ => by_rule n u trail
    | _ => true
    end
  with by_rule n u trail :=
    if Int.equal n 0 then false else if List.exist (Constr.equal u) trail then false else
    let all needs := match needs with None => false | Some needs =>
      List.for_all (fun need => possible (Int.sub n 1) need (u :: trail)) needs end in
    List.exist (fun rule => match rule.(shows) with
      | None => true
      | Some v => if all (asked rule u v) then true else
          if Constr.equal (fit_head v) divided then all (asked rule u (fit_first v)) else false
      end) rules in
  match fit_second (Control.goal ()) with Some t => possible n t [] | None => true end.
(** Fails where 0 < t, with so many statements one after the other, can't be shown. *)
Ltac possible n := let k := eval cbv in n in lazymatch k with
  | O => ltac2:(if fit_possible 2 then () else ltac1:(fail))
  | 1%nat => ltac2:(if fit_possible 3 then () else ltac1:(fail))
  | _ => ltac2:(if fit_possible 5 then () else ltac1:(fail))
  end.
