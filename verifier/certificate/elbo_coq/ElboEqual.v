(* Laws over sequences that are one because their divergence is 0, and what is concluded from an
   equality of two of them: by taking factors off either side, or summed over a slice. *)
From Elbo Require Export ElboSeq ElboIndex ElboAverage.
From Coq Require Import Lia FunctionalExtensionality.
Import ListNotations.
Open Scope R_scope.

(* ------------------------------------------------------------------ *)
(** * A divergence of 0 *)
(** what is nowhere negative and sums to nothing is 0 *)
Lemma Sum_zero_in (D : domain) f : (forall a, In a (enum D) -> 0 <= f a) -> Sum D f <= 0 -> forall a, In a (enum D) -> f a = 0.
Proof.
  unfold Sum. intros N S. induction (enum D) as [|b l IH]; simpl in *; [tauto|].
  assert (0 <= f b) by auto. assert (0 <= lsum f l).
  { assert (Q : forall a, In a l -> 0 <= f a) by auto. clear - Q. induction l; simpl in *; [lra|].
    apply Rplus_le_le_0_compat; auto. }
  intros a [<-|I]; [lra|]. apply IH; auto. lra.
Qed.
Lemma gap_nonneg (q p : R) : 0 <= q -> 0 <= p -> (0 < q -> 0 < p) -> 0 <= q * ln (q / p) - (q - p).
Proof.
  intros [H| <-] Hp D; [|lra]. pose proof (D H) as P. assert (Hr : 0 < q / p) by (apply Rdiv_lt_0_compat; auto).
  pose proof (ln_ge_1_sub_inv _ Hr) as L.
  replace (q - p) with (q * (1 - / (q / p))) by (field; lra).
  assert (q * (1 - / (q / p)) <= q * ln (q / p)) by (apply Rmult_le_compat_l; lra). lra.
Qed.
Lemma gap_zero (q p : R) : 0 <= q -> (0 < q -> 0 < p) -> q * ln (q / p) - (q - p) = 0 -> q = p.
Proof.
  intros [H| <-] D Z; [|lra]. pose proof (D H) as P. assert (Hr : 0 < p / q) by (apply Rdiv_lt_0_compat; auto).
  assert (L : ln (q / p) = - ln (p / q)) by (rewrite !ln_div; trivial; ring).
  destruct (Req_dec (ln (p / q)) 0) as [E|E]; [rewrite L, E in Z; lra|].
  exfalso. pose proof (exp_ineq1 _ E) as S. rewrite exp_ln in S by exact Hr.
  apply (Rmult_lt_compat_l q) in S; [|exact H].
  replace (q * (p / q)) with p in S by (field; lra). rewrite L in Z. lra.
Qed.
Theorem KL_zero_in (D : domain) (q p : D -> R) :
  (forall a, 0 <= q a) -> (forall a, 0 <= p a) -> (forall a, In a (enum D) -> 0 < q a -> 0 < p a) ->
  Sum D q = 1 -> Sum D p <= 1 -> KL D q p <= 0 -> forall a, In a (enum D) -> q a = p a.
Proof.
  intros Hq Hp Dom Nq Np K a I. apply gap_zero; auto.
  apply (Sum_zero_in D (fun a => q a * ln (q a / p a) - (q a - p a))); trivial.
  - intros b J. apply gap_nonneg; auto.
  - rewrite !Sum_minus. unfold KL in K. lra.
Qed.
(** over two variables *)
Theorem KL_zero_in2 (A B : domain) (q p : A -> B -> R) :
  (forall a b, 0 <= q a b) -> (forall a b, 0 <= p a b) ->
  (forall a b, In a (enum A) -> In b (enum B) -> 0 < q a b -> 0 < p a b) ->
  Sum A (fun a => Sum B (fun b => q a b)) = 1 -> Sum A (fun a => Sum B (fun b => p a b)) <= 1 ->
  Sum A (fun a => KL B (q a) (p a)) <= 0 -> forall a b, In a (enum A) -> In b (enum B) -> q a b = p a b.
Proof.
  intros Hq Hp Dom Nq Np K a b I J. apply gap_zero; auto.
  assert (S : forall a, KL B (q a) (p a) - (Sum B (q a) - Sum B (p a))
    = Sum B (fun b => q a b * ln (q a b / p a b) - (q a b - p a b))) by (intros; now rewrite !Sum_minus).
  assert (N : forall a b, In a (enum A) -> In b (enum B) -> 0 <= q a b * ln (q a b / p a b) - (q a b - p a b))
    by (intros; apply gap_nonneg; auto).
  apply (Sum_zero_in B (fun b => q a b * ln (q a b / p a b) - (q a b - p a b))); auto.
  rewrite <- S. apply Req_le.
  apply (Sum_zero_in A (fun a => KL B (q a) (p a) - (Sum B (q a) - Sum B (p a)))); trivial.
  - intros c Jc. rewrite S. rewrite (Sum_ext_in B _ (fun b => Rmax 0 (q c b * ln (q c b / p c b) - (q c b - p c b)))).
    + apply Sum_nonneg. intros. apply Rmax_l.
    + intros d Jd. symmetry. apply Rmax_right. auto.
  - rewrite Sum_minus, (Sum_minus A). change (Sum A (fun a => Sum B (q a)) = 1) in Nq.
    change (Sum A (fun a => Sum B (p a)) <= 1) in Np. lra.
Qed.

(* ------------------------------------------------------------------ *)
(** * The point of a sum over a slice that a sequence is at *)
Definition over {T} (l : list Z) (v base : Z -> T) : Z -> T := fun i => if in_dec Z.eq_dec i l then v i else base i.
Lemma over_at {T} l (v base : Z -> T) i : In i l -> over l v base i = v i.
Proof. intros H. unfold over. now destruct (in_dec Z.eq_dec i l). Qed.
Lemma over_beside {T} l (v base : Z -> T) i : ~ In i l -> over l v base i = base i.
Proof. intros H. unfold over. now destruct (in_dec Z.eq_dec i l). Qed.
Lemma over_same {T} l m (v base : Z -> T) : (forall i, In i m -> v i = base i) -> forall i, In i (both l m) -> over l v base i = v i.
Proof.
  intros H i I. unfold over. destruct (in_dec Z.eq_dec i l) as [J|J]; [reflexivity|].
  apply in_both in I. symmetry. apply H. tauto.
Qed.
Lemma over_in (A : alphabet) l (v base : Z -> A) : In (over l v base) (enum (seqs A l base)).
Proof.
  simpl. revert base. induction l as [|i l IH]; intros base; simpl.
  - left. apply functional_extensionality. intros j. now rewrite over_beside.
  - apply in_flat_map. exists (v i). split; [apply enum_full|].
    replace (over (i :: l) v base) with (over l v (put base i (v i))); [apply IH|].
    apply functional_extensionality. intros j. unfold over, put.
    destruct (in_dec Z.eq_dec j l) as [I|I], (in_dec Z.eq_dec j (i :: l)) as [J|J], (Z.eqb_spec j i) as [E|E];
      simpl in *; subst; trivial; exfalso; intuition congruence.
Qed.
Lemma self_in (A : alphabet) l (v : Z -> A) : In v (enum (seqs A l v)).
Proof.
  replace v with (over l v v) at 1; [apply over_in|].
  apply functional_extensionality. intros i. unfold over. now destruct (in_dec Z.eq_dec i l).
Qed.
(** along a sum over a slice, all else stays as it is *)
Lemma seqs_beside (A : alphabet) l (v u : Z -> A) : In u (enum (seqs A l v)) -> forall i, ~ In i l -> u i = v i.
Proof.
  simpl. revert v. induction l as [|i l IH]; simpl; intros v; [intros [<-|[]]; trivial|].
  intros H j J. apply in_flat_map in H. destruct H as [a [_ H]].
  rewrite (IH _ H) by tauto. apply put_other. intros ->. tauto.
Qed.
(** sums over a slice at two points around are one, where what is summed looks at no place at which
    these differ *)
Lemma seqs_agree (A : alphabet) l (v u : Z -> A) F G :
  (forall w x, (forall i, In i l -> w i = x i) -> (forall i, ~ In i l -> w i = v i /\ x i = u i) -> F w = G x) ->
  Sum (seqs A l v) F = Sum (seqs A l u) G.
Proof.
  rewrite <- !sums_sequence. revert v u. induction l as [|i l IH]; intros v u H; simpl.
  - apply H; [contradiction|now split].
  - unfold sum1. apply Sum_ext. intros a. apply IH. intros w x E O. apply H.
    + intros j [<-|J]; [|auto]. destruct (in_dec Z.eq_dec i l); [auto|].
      destruct (O i) as [-> ->]; trivial. simpl. now rewrite !put_same.
    + intros j J. simpl in J. destruct (O j) as [-> ->]; [tauto|]. simpl.
      rewrite !put_other by (intros E0; apply J; now left). now split.
Qed.
Lemma slice_agree {T} (v u : Z -> T) low high : (forall i, (low <= i <= high)%Z -> v i = u i) -> slice v low high = slice u low high.
Proof. intros H. apply map_ext_in. intros i Hi%in_range. auto. Qed.

(* ------------------------------------------------------------------ *)
(** * Marginals at points that agree at their places *)
(** w i = x i, of what is the same along a sum or lies beside it *)
Ltac agree_at := match goal with
  | |- ?a = ?a => reflexivity
  | H : forall i, In i ?P -> ?w i = ?x i |- ?w ?i = ?x ?i => apply H; in_goal
  | E : forall i, In i ?l -> ?w i = ?x i, O : forall i, ~ In i ?l -> ?w i = _ /\ ?x i = _ |- ?w ?i = ?x ?i =>
      let I := fresh in destruct (in_dec Z.eq_dec i l) as [I|I];
      [ exact (E i I) | destruct (O i I) as [-> ->]; clear E O; agree_beside i I ]
  end
with agree_beside i I := match goal with H : forall i, In i ?P -> ?v i = ?u i |- ?v i = ?u i =>
  let J := fresh in destruct (in_dec Z.eq_dec i P) as [J|J];
  [ exact (H i J) | exfalso; apply I; apply in_without; split; [ in_goal | exact J ] ] end.
Ltac agreeing := cbv beta; lazymatch goal with
  | |- ?a = ?a => reflexivity
  | |- Sum (seqs _ _ _) _ = Sum (seqs _ _ _) _ => apply seqs_agree;
      let w := fresh "w" in let x := fresh "x" in let E := fresh in let O := fresh in intros w x E O; agreeing
  | |- Sum _ _ = Sum _ _ => apply Sum_ext; let a := fresh "a" in intros a; agreeing
  | |- Prod (upto _ _) _ = Prod _ _ => apply Prod_ext_in; let i := fresh "i" in let H := fresh in intros i H; bounded; agreeing
  | |- _ * _ = _ * _ => apply f_equal2; agreeing
  | |- slice _ _ _ = slice _ _ _ => apply slice_agree; let i := fresh "i" in let H := fresh in intros i H; agree_at
  | |- ?v ?i = ?u ?i => first [ agree_at | apply (f_equal (fun f => f i)); agreeing ]
  | |- ?f ?a = ?g ?b => apply (f_equal2 (fun h c => h c)); agreeing
  end.
Ltac by_agree := agreeing.
(** a certificate says by which lemmas: d = d' *)
Ltac agreed := fail.
Ltac agree_places := first
  [ intros; reflexivity
  | match goal with H : forall i, In i ?l -> ?u i = ?v i |- forall i, In i ?P -> _ =>
      let K := fresh in assert (K : forall i, In i P -> In i l) by (solve [members]);
      first [ exact (fun i I => H i (K i I)) | exact (fun i I => eq_sym (H i (K i I))) ] end
  | match goal with I : In ?u (enum (seqs ?A ?m ?v)) |- forall i, In i ?P -> _ =>
      let K := fresh in assert (K : forall i, In i P -> In i m -> False) by (solve [apart_lists]);
      first [ exact (fun i J => seqs_beside A m v u I i (K i J)) | exact (fun i J => eq_sym (seqs_beside A m v u I i (K i J))) ] end
  | let i := fresh in let I := fresh in intros i I; exfalso; revert i I; solve [members] ].
Ltac at_agree lemma := apply lemma; agree_places.
(** what is owed at a point, by what is known there or at a point that agrees with it *)
Ltac agree_pos := match goal with K : 0 < ?a |- 0 < ?b => replace b with a by (solve [agreed]); exact K end.
(** what else is positive here is so there, where it looks at nothing that is changed *)
Ltac carried W l w u R := progress repeat match goal with M : 0 < ?a |- _ => marginal_like a; abstracted W a w ltac:(fun F =>
  let b := eval cbv beta in (0 < F u) in lazymatch b with context [u] => idtac end;
  lazymatch goal with _ : b |- _ => fail | _ => idtac end;
  let B := fresh in assert (B : blind l F) by (solve [blind_by]);
  assert b by exact (eq_ind_r (fun c => 0 < c) M (blind_reached W l F w u B R)); clear B) end.
Ltac at_point K e k ::= lazymatch type of K with 0 < @marginal ?W ?all ?f ?l ?w => abstracted W e w ltac:(fun F =>
  let u := fresh in let R := fresh in let N := fresh in let B := fresh in
  assert (B : blind (minus all l) F) by (solve [blind_by]);
  refine (at_example W all f l w F K B _); clear B; intros u R N;
  first [ clear R; k u N | carried W (minus all l) w u R; clear R; k u N ]) end.
Ltac as_paths := repeat match goal with b : value (of_sequence ?A) |- _ => change (Z -> carrier (whole A)) in b end.
Ltac spos_forward := point_one ltac:(idtac; cbv beta; cbn [fst snd]; as_paths; split_pos; forward; split_pos; solve [spos]).
Ltac agree_or := first [ assumption | solve [agree_pos] | solve [spos] | solve [spos_point] | solve [spos_sum] | solve [spos_forward] ].
Ltac known_more ::= first [ solve [agree_pos] | forward; split_pos; agree_or ].
Ltac owed := cbv beta; lazymatch goal with
  | |- forall i, In i _ -> _ i = _ i => solve [agree_places]
  | |- _ => first [ assumption | solve [agree_pos] | solve [known] ] end.

(* ------------------------------------------------------------------ *)
(** * Steps from an equality *)
Lemma eq_from (a b l r : R) : l = r -> a = l -> r = b -> a = b. Proof. congruence. Qed.
(** from l = r what is a multiple of either: where these are 0 too *)
Lemma eq_scaled (a b l r : R) : l = r -> a * r = b * l -> (l = 0 -> r = 0 -> a = b) -> a = b.
Proof.
  intros <- H Z. destruct (Req_dec l 0) as [E|E]; [now apply Z|]. apply (Rmult_eq_reg_r l); assumption.
Qed.
(** what is 0 in a product or a quotient that is, put in its place *)
Ltac zeros K := lazymatch type of K with
  | ?a * ?b = 0 => apply Rmult_integral in K; destruct K as [K|K]; zeros K
  | ?a / ?b = 0 => apply Rmult_integral in K; destruct K as [K|K]; [ zeros K | zeros K ]
  | / ?a = 0 => exfalso; revert K; apply Rinv_neq_0_compat; snz
  | ?a = 0 => repeat match goal with |- context [?b] => marginal_like b;
      let E := fresh in assert (E : b = 0) by (rewrite <- K; first [ reflexivity | samed ]); rewrite E; clear E end
  end.
Ltac same_side := first [ reflexivity | lazymatch goal with
  | |- context [ln _] => first [ solve [shared ltac:(fail)] | solve [shared ltac:(prefixed)] ]
  | |- _ => first [ solve [ratios ltac:(fail)] | solve [ratios ltac:(taken)] ] end ].
(** l = r, where no more can be taken of either (by t) *)
Lemma eq_reduced (l r l' r' : R) : l = r -> l = l' -> r = r' -> l' = r'. Proof. congruence. Qed.
Ltac by_multiple P t := let Q := fresh in
  eassert (Q : _ = _) by (refine (eq_reduced _ _ _ _ P _ _); [ reduced t | reduced t ]); cbv beta in Q;
  eapply lin_eq; [ reduced t | reduced t | ]; cbv beta;
  refine (eq_scaled _ _ _ _ Q _ _); [ closed
  | let K := fresh in let L := fresh in intros K L; zeros K; zeros L; closed ].
Ltac by_sides P := first [ exact P | exact (eq_sym P)
  | refine (eq_from _ _ _ _ P _ _); [ same_side | same_side ]
  | refine (eq_from _ _ _ _ (eq_sym P) _ _); [ same_side | same_side ]
  | lazymatch goal with |- context [ln _] => fail | _ => idtac end; first
  [ solve [by_multiple P ltac:(fail)] | solve [by_multiple P ltac:(taken)]
  | solve [by_multiple (eq_sym P) ltac:(fail)] | solve [by_multiple (eq_sym P) ltac:(taken)] ] ].
(** K, which is of u, said of v, where these agree *)
Ltac moved K := repeat match goal with U : forall i, In i _ -> ?u i = ?v i |- _ => match type of K with context [?t] =>
  lazymatch goal with |- context [u] => fail | _ => marginal_like t; has t u end; let f := eval pattern u in t in lazymatch f with ?F _ =>
    let E := fresh in assert (E : t = F v) by (cbv beta; agreed); cbv beta in E; rewrite E in K; clear E end end end.
Ltac by_values K := let Q := fresh in pose proof K as Q; cbv beta in Q; moved Q; by_sides Q.
(** what holds all over a sum, at a point around *)
Ltac at_values D K k := lazymatch D with
  | seqs ?A ?l ?base => first [ k constr:(K base (self_in A l base))
      | match goal with v : Z -> carrier (whole A) |- _ => tryif constr_eq v base then fail else
          let u := fresh "u" in let I := fresh in let U := fresh in
          pose proof (over_in A l v base) as I;
          first [ match goal with H : forall i, In i ?m -> v i = base i |- _ => pose proof (over_same l m v base H) as U end
                | pose proof (over_at l v base) as U ];
          set (u := over l v base) in I, U; clearbody u;
          k constr:(K u I) end ]
  | whole ?A => match goal with a : carrier (whole A) |- _ => k constr:(K a (enum_full A a)) end
  end.
Ltac no_divergence D q p P k := let N := fresh in let K := fresh in
  first [ pose proof (P : KL D q p <= 0) as N | pose proof (Req_le _ _ P : KL D q p <= 0) as N ];
  assert (K : forall a, In a (enum D) -> q a = p a) by (refine (KL_zero_in D q p _ _ _ _ _ N); seq_side);
  cbv beta in K; clear N; at_values D K k.
Ltac no_divergence2 C D q p P k := let N := fresh in let K := fresh in
  first [ pose proof (P : Sum C (fun a => KL D (q a) (p a)) <= 0) as N
        | pose proof (Req_le _ _ P : Sum C (fun a => KL D (q a) (p a)) <= 0) as N ];
  assert (K : forall a, In a (enum C) -> forall b, In b (enum D) -> q a b = p a b)
    by (intros ? ? ? ?; refine (KL_zero_in2 C D q p _ _ _ _ _ N _ _ _ _); [ seq_side .. | assumption | assumption ]);
  cbv beta in K; clear N; at_values C K ltac:(fun L => at_values D L k).
(** what a premise is about: anything at all values, or averages alone *)
Ltac is_log t := lazymatch t with context [ln _] => idtac end.
Ltac is_all P := lazymatch type of P with forall _ : Z -> _, _ => idtac end.
Ltac from_equal P := tryif is_all P then first [ inside P | at_equal P ] else first [ at_equal P | inside P ]
with inside P := cbv beta; lazymatch goal with
  | |- ?a = ?a => reflexivity
  | |- Sum ?D _ = Sum ?D _ => apply Sum_ext_in; let a := fresh "a" in let H := fresh in intros a H; bounded; inside P
  | |- ?w * _ = ?w * _ => apply weight_same; [ nn | let H := fresh in intros H; split_pos; inside P ]
  | |- ?a * ?b = _ * _ => tryif is_log (a * b) then first [ parts_alike P | at_equal P ] else first [ at_equal P | parts_alike P ]
  | |- ln _ = ln _ => apply f_equal; inside P
  | |- - _ = - _ => apply f_equal; inside P
  | |- _ + _ = _ + _ => apply f_equal2; inside P
  | |- _ - _ = _ - _ => apply f_equal2; inside P
  | |- _ => at_equal P
  end
with parts_alike P := apply weight_alike; [ nn | inside P | let H := fresh in intros H; split_pos; inside P ]
with at_equal P := first [ exact P | at_equal_ P ]
with at_equal_ P := lazymatch type of P with
  | forall _ : Z -> carrier (whole ?A), _ => match goal with
      | _ : In ?v (enum (seqs A _ _)) |- _ => at_equal (P v)
      | v : Z -> carrier (whole A) |- _ => at_equal (P v) end
  | forall _ : carrier ?A, _ => match goal with v : carrier A |- _ => at_equal (P v) end
  | ?H -> _ => let K := fresh in assert (K : H) by owed; let Q := constr:(P K) in at_equal Q
  | Sum ?D (fun a => @?q a * ln (@?q a / @?p a)) = 0 => no_divergence D q p P ltac:(fun K => by_values K)
  | Sum ?D (fun a => @?q a * ln (@?q a / @?p a)) <= 0 => no_divergence D q p P ltac:(fun K => by_values K)
  | Sum ?C (fun a => Sum ?D (fun b => @?q a b * ln (@?q a b / @?p a b))) = 0 =>
      no_divergence2 C D q p P ltac:(fun K => by_values K)
  | Sum ?C (fun a => Sum ?D (fun b => @?q a b * ln (@?q a b / @?p a b))) <= 0 =>
      no_divergence2 C D q p P ltac:(fun K => by_values K)
  | _ = _ => by_sides P
  end.
Ltac seq_from P := seq_start; split_pos; from_equal P.
