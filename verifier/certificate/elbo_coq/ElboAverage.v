(* Averages over sequences: each is brought to one under the joint, given some places (the tower
   property), and two such are one where they are of what is equal wherever the joint isn't 0. *)
From Elbo Require Export ElboSeq ElboIndex.
From Coq Require Import Lia FinFun FunctionalExtensionality.
Import ListNotations.
Open Scope R_scope.

(* ------------------------------------------------------------------ *)
(** * Averages under the joint *)
Section Lifted.
Variable W : world.
Implicit Types (f g h q c : W -> R) (l m all : list (place W)) (w u : W).

Lemma sums_reached l f g w : (forall u, reached W l w u -> f u = g u) -> sums l f w = sums l g w.
Proof.
  revert w. induction l as [|n l IH]; simpl; intros w H; [now apply H|]. unfold sum1.
  apply Sum_ext. intros a. apply IH. intros u R. apply H. now exists a.
Qed.
Lemma given_reached all f l g h w : (forall w, 0 <= f w) ->
  (forall u, reached W (minus all l) w u -> 0 < f u -> g u = h u) -> given all f l g w = given all f l h w.
Proof.
  intros N H. unfold given. f_equal. apply sums_reached. intros u R.
  destruct (N u) as [P|<-]; [now rewrite H|ring].
Qed.
Lemma marginal_all all f w : marginal all f all w = f w.
Proof.
  unfold marginal. replace (minus all all) with (@nil (place W)); [reflexivity|].
  symmetry. apply incl_l_nil. intros n H. apply in_minus in H. tauto.
Qed.

(** what is an average of g, given l *)
Definition lifted all f l g w (e : R) := e = given all f l g w.
Lemma lift_known all f l g w e : 0 < marginal all f l w -> blind (minus all l) g -> e = g w -> lifted all f l g w e.
Proof. intros P B ->. symmetry. now apply given_known. Qed.
Lemma lift_plus all f l g h w a b : lifted all f l g w a -> lifted all f l h w b ->
  lifted all f l (fun w => g w + h w) w (a + b).
Proof. intros -> ->. symmetry. apply given_plus. Qed.
Lemma lift_minus all f l g h w a b : lifted all f l g w a -> lifted all f l h w b ->
  lifted all f l (fun w => g w - h w) w (a - b).
Proof. intros -> ->. symmetry. apply given_minus. Qed.
Lemma lift_opp all f l g w a : lifted all f l g w a -> lifted all f l (fun w => - g w) w (- a).
Proof. intros ->. symmetry. apply given_opp. Qed.
Lemma lift_Sum all f l (D : domain) (g : D -> W -> R) w a : (forall i, In i (enum D) -> lifted all f l (g i) w (a i)) ->
  lifted all f l (fun w => Sum D (fun i => g i w)) w (Sum D a).
Proof. intros H. unfold lifted. rewrite given_Sum. now apply Sum_ext_in. Qed.
Lemma given_pull all f l c g w : blind (minus all l) c -> given all f l (fun w => c w * g w) w = c w * given all f l g w.
Proof.
  intros B. unfold given. rewrite (sums_same _ _ _ (fun w => c w * (f w * g w))) by (intros; ring).
  rewrite sums_pull by assumption. unfold Rdiv. ring.
Qed.
Lemma lift_times all f l c g w a b : blind (minus all l) c -> a = c w -> lifted all f l g w b ->
  lifted all f l (fun w => c w * g w) w (a * b).
Proof. intros B -> ->. symmetry. now apply given_pull. Qed.
Lemma lift_by all f l c g w a b : blind (minus all l) c -> b = c w -> lifted all f l g w a ->
  lifted all f l (fun w => c w * g w) w (a * b).
Proof. intros B E H. rewrite Rmult_comm. now apply lift_times. Qed.
Lemma lift_over all f l c g w a b : blind (minus all l) c -> b = c w -> lifted all f l g w a ->
  lifted all f l (fun w => / c w * g w) w (a / b).
Proof. intros B -> H. unfold Rdiv. apply (lift_by all f l (fun w => / c w)); [|reflexivity|assumption].
  intros n Hn x u. now rewrite (B n Hn x u). Qed.

(** an average of an average, of what may name what is around and what it is over *)
Theorem lift_average all f l m g q (h : W -> W -> R) w :
  NoDup all -> (forall w, 0 <= f w) -> NoDup m -> incl m all -> (forall n, In n m -> ~ In n l) ->
  0 < marginal all f l w ->
  (forall u, 0 < marginal all f l u -> q u = marginal all f (m ++ l) u / marginal all f l u) ->
  (forall u, blind m (fun w => h w u)) ->
  (forall u, 0 < marginal all f (m ++ l) u -> lifted all f (m ++ l) g u (h u u)) ->
  lifted all f l g w (sums m (fun u => q u * h w u) w).
Proof.
  intros Na N Nm Im D P Q B H. unfold lifted.
  rewrite <- (given_tower W all f l m (m ++ l) g (given all f (m ++ l) g) w); trivial.
  - apply sums_reached. intros u R.
    assert (E : marginal all f l u = marginal all f l w).
    { apply (blind_reached W m); [apply marginal_blind; auto|assumption]. }
    rewrite Q by now rewrite E.
    destruct (marginal_nonneg W all f (m ++ l) u N) as [K|K].
    + f_equal. rewrite <- (H u K). symmetry. exact (blind_reached W m (fun w => h w u) w u (B u) R).
    + rewrite <- K. unfold Rdiv. ring.
  - intros n. rewrite in_app_iff. tauto.
Qed.
Lemma meet all f l g h w a b : (forall w, 0 <= f w) -> lifted all f l g w a -> lifted all f l h w b ->
  (forall u, 0 < f u -> g u = h u) -> a = b.
Proof. intros N -> -> H. apply given_reached; auto. Qed.
(** where a mass is positive, there is a point around at which the joint is *)
Lemma example all f l w : 0 < marginal all f l w -> exists u, reached W (minus all l) w u /\ 0 < f u.
Proof. apply sums_example. Qed.
(** and what looks at nothing else is positive where it is there *)
Lemma at_example all f l w (F : W -> R) : 0 < marginal all f l w -> blind (minus all l) F ->
  (forall u, reached W (minus all l) w u -> 0 < f u -> 0 < F u) -> 0 < F w.
Proof. intros K B H. destruct (example all f l w K) as [u [R N]]. rewrite <- (blind_reached W _ F w u B R). auto. Qed.
End Lifted.
Arguments lifted {W} all f l g w e.
Arguments reached {W} l w w'.

(* ------------------------------------------------------------------ *)
(** * What a certificate calls; it says of its families what these do *)
Lemma lift_as {W : world} all f l g (w : W) e e' : e = e' -> lifted all f l g w e' -> lifted all f l g w e.
Proof. now intros ->. Qed.
(** at a changed place: a function blind there, a marginal that isn't over it *)
Ltac apart_one := fail.
Ltac local_one := fail.
(** an average as one of a world; what is at hand of the outermost average of a goal; all places *)
Ltac average_one := fail.
Ltac around_one k := fail.

Lemma seqs_put_out (A : alphabet) l (F : (Z -> A) -> R) v i a : ~ In i l ->
  Sum (seqs A l (put v i a)) F = Sum (seqs A l v) (fun u => F (put u i a)).
Proof.
  intros H. rewrite <- !sums_sequence. revert v. induction l as [|j l IH]; intros v; simpl in *; [reflexivity|].
  apply Sum_ext. intros b. simpl.
  rewrite <- (IH ltac:(tauto)). f_equal. exact (set_swap (of_sequence A) j i b a v ltac:(tauto)).
Qed.
(** the same at a changed place *)
Ltac blindly := cbv beta; cbn [fst snd]; lazymatch goal with
  | |- ?a = ?a => reflexivity
  | |- Sum _ _ = Sum _ _ => first [ blind_inside | blind_put ]
  | |- Prod ?D _ = Prod ?D _ => apply f_equal; apply functional_extensionality; let a := fresh in intros a; blindly
  | |- ln _ = ln _ => apply f_equal; blindly
  | |- exp _ = exp _ => apply f_equal; blindly
  | |- - _ = - _ => apply f_equal; blindly
  | |- / _ = / _ => apply f_equal; blindly
  | |- _ + _ = _ + _ => apply f_equal2; blindly
  | |- _ - _ = _ - _ => apply f_equal2; blindly
  | |- _ * _ = _ * _ => apply f_equal2; blindly
  | |- _ / _ = _ / _ => apply f_equal2; blindly
  | |- _ ^ _ = _ ^ _ => apply f_equal2; blindly
  | |- _ = _ => first [ solve [local_one] | solve [kernel_put; reflexivity] ]
  end
with blind_inside := lazymatch goal with
  | |- Sum ?D _ = Sum ?D _ => apply Sum_ext_in; let a := fresh in let H := fresh in intros a H; bounded; blindly end
with blind_put := lazymatch goal with |- Sum (seqs _ ?m (put _ ?i _)) _ = _ =>
  let I := fresh in destruct (in_dec Z.eq_dec i m) as [I|I];
  [ rewrite seqs_put by exact I | rewrite seqs_put_out by exact I ];
  rewrite ?in_both, ?in_one, ?in_range, ?in_without in I; blind_inside end.
Ltac blind_by := first [ let n := fresh in let x := fresh in let v := fresh in intros n _ x v; reflexivity
  | apart_one; intros; in_known;
    repeat match goal with H : In _ ?all |- _ => is_const all; unfold all in H; in_known end;
    first [ solve [blindly] | exfalso; match goal with K : ~ In _ _ |- _ => apply K; solve [in_goal] end ] ].

(** e as a function of the world w: k is told it *)
Ltac abstracted W e w k := lazymatch w with
  | (?a, (?b, ?c)) => let e' := eval pattern a, b, c in e in
      lazymatch e' with ?g _ _ _ => k constr:(fun u : W => g (fst u) (fst (snd u)) (snd (snd u))) end
  | (?a, ?b) => let e' := eval pattern a, b in e in
      lazymatch e' with ?g _ _ => k constr:(fun u : W => g (fst u) (snd u)) end
  | ?a => let e' := eval pattern a in e in lazymatch e' with ?g _ => k constr:(fun u : W => g u) end
  end.
Ltac has_average e := lazymatch e with
  | context [Sum (seqs _ _ _) _] => idtac
  | context [Sum (whole _) _] => idtac
  end.
Ltac lift_leaf := lazymatch goal with
  | |- @lifted ?W ?all ?f ?l ?g ?w ?e => abstracted W e w ltac:(fun G =>
      apply (lift_known W all f l G w e); [ assumption | solve [blind_by] | reflexivity ]) end.
Ltac lift_factor lemma c := lazymatch goal with
  | |- @lifted ?W ?all ?f ?l ?g ?w ?e => abstracted W c w ltac:(fun C =>
      eapply (lemma W all f l C); [ solve [blind_by] | reflexivity | ]) end.
Ltac lift := cbv beta; cbn [fst snd]; lazymatch goal with
  | |- lifted _ _ _ _ _ ?e => tryif has_average e then first [ lift_parts e | lift_leaf ] else lift_leaf end
with lift_parts e := lazymatch e with
  | _ + _ => eapply lift_plus; lift
  | _ - _ => eapply lift_minus; lift
  | - _ => eapply lift_opp; lift
  | ?a * ?b => tryif has_average b then (lift_factor lift_times a; lift) else (lift_factor lift_by b; lift)
  | ?a / ?b => lift_factor lift_over b; lift
  | Sum (upto _ _) _ => eapply lift_Sum; let i := fresh "i" in let H := fresh in intros i H; bounded; lift
  | Sum ?D (fun a => Sum ?C (fun b => @?F a b)) => first [ average_one
      | apply (lift_as _ _ _ _ _ _ _ (Sum_swap D C F)); cbv beta; average_one ]
  | Sum _ _ => average_one
  end.
(** what a law is, by the places that it is over *)
Ltac by_places := first [ reflexivity | by_same ].
Ltac law_is is mass := cbv beta; cbn [fst snd]; is; first
  [ lazymatch goal with |- _ / _ = _ / _ => apply (f_equal2 Rdiv); by_places end
  | lazymatch goal with |- marginal _ _ _ _ = marginal _ _ _ _ / marginal _ _ nil _ =>
      mass; unfold Rdiv; rewrite Rinv_1, Rmult_1_r; by_places end ].
Ltac lift_places all := unfold all; intros ? ?; in_known; first [ solve [in_goal] | solve [out_goal] | solve [or_goal] ].
(** a marginal at a changed place that it isn't over *)
Ltac by_local all n a w := lazymatch goal with
  | |- @marginal ?W ?p ?f ?l _ = _ =>
      refine (marginal_blind W p f l [n] _ _ n (or_introl eq_refl) a w);
      unfold all; intros ? ?; in_known; first [ solve [in_goal] | solve [out_goal] | solve [or_goal] ] end.
(** along a sum over a slice, what doesn't look at it stays as it is *)
Lemma paths_blind (A : alphabet) l (F : (Z -> A) -> R) (v u : Z -> A) :
  (forall i a w, In i l -> F (put w i a) = F w) -> In u (enum (seqs A l v)) -> F u = F v.
Proof.
  simpl. revert v. induction l as [|i l IH]; simpl; intros v B H; [now destruct H as [<-|[]]|].
  apply in_flat_map in H. destruct H as [a [_ H]]. rewrite (IH (put v i a)); auto.
Qed.
Ltac spos_kept := match goal with I : In ?b (enum (seqs ?A ?m ?v)) |- 0 < ?e =>
  has e b; let f := eval pattern b in e in lazymatch f with ?F _ =>
    replace e with (F v) by (symmetry; apply (paths_blind A m F v b); [ intros; in_known; solve [blindly] | exact I ]);
    cbv beta; solve [ spos | spos_kept ] end end.
(** all that the hypotheses say is positive, at the points around *)
Ltac forward := repeat match goal with S : forall _, _ |- _ => progress forward_by S end
with forward_by T := lazymatch type of T with
  | 0 < ?p -> _ => let H := fresh in assert (H : 0 < p) by first [ spos | spos_kept ]; let U := constr:(T H) in forward_by U
  | forall _ : Z -> carrier (whole ?A), _ => match goal with
      | I : In ?b (enum (seqs A _ _)) |- _ => let U := constr:(T b) in forward_by U
      | b : Z -> carrier (whole A) |- _ => let U := constr:(T b) in forward_by U end
  | 0 < ?p => lazymatch goal with _ : 0 < p |- _ => fail | _ => idtac end; let K := fresh in pose proof T as K; split_pos_of K
  end.
(** both sides as averages under one joint, which are compared point by point *)
(** sums over an index as sums of logarithms of single marginals, one for each *)
Lemma Sum_normal (D : domain) f g : (forall i, In i (enum D) -> f i = g i) -> Sum D f = Sum D g.
Proof. apply Sum_ext_in. Qed.
Ltac apart_left := cbv beta; lazymatch goal with |- _ = ?r => let R := fresh in set (R := r); ln_apart; subst R; reflexivity end.
Ltac normal_index D f := let E := fresh in
  eassert (E : Sum D f = Sum D _) by (apply Sum_normal; let i := fresh in let H := fresh in intros i H; bounded; apart_left);
  rewrite E; clear E.
Ltac flat_sums := repeat match goal with
  | |- context [Sum (upto ?l ?h) ?f] => lazymatch f with
      | fun i => _ + _ => rewrite (Sum_plus (upto l h)) | fun i => _ - _ => rewrite (Sum_minus (upto l h))
      | fun i => - _ => rewrite (Sum_opp (upto l h)) end
  end.
Ltac flat := lazymatch goal with
  | |- Sum ?D _ = Sum ?D _ => apply Sum_ext_in; let a := fresh "a" in let H := fresh in intros a H; bounded; flat
  | |- _ => first [ ring | ln_apart; first [ ring | unfold Rdiv; ring ] ] end.
(** what is summed isn't made one by it where it isn't of the same things *)
Ltac flat_index := lazymatch goal with |- ?a = ?b => same_summed a b end; ln_apart; repeat match goal with
  | |- context [Sum (upto ?l ?h) ?f] => lazymatch f with context [ln (_ / _)] => idtac | context [ln (_ * _)] => idtac end;
      progress normal_index (upto l h) f end; flat_sums; alike; ring.
Ltac compared := first
  [ solve [flat] | solve [flat_index] | solve [shared ltac:(fail)] | solve [shared ltac:(prefixed)] | solve [descend] | solve [symmetry; descend] ].
Ltac pointwise := cbv beta; cbn [fst snd]; first [ compared | progress forward; compared ].
Ltac by_average := around_one pointwise.
(** what cancels where a mass isn't 0, under sums *)
Lemma where_not_zero a b : 0 <= a -> (0 < a -> a = b) -> (0 = a -> 0 = b) -> a = b.
Proof. intros [H|H] P Z; [auto|]. now rewrite <- H, <- (Z H). Qed.
Ltac cancels := cbv beta; lazymatch goal with
  | |- ?a = ?a => reflexivity
  | |- Sum ?D _ = Sum ?D _ => apply Sum_ext_in; let a := fresh "a" in let H := fresh in intros a H; bounded; cancels
  | |- ln _ = ln _ => apply f_equal; cancels
  | |- - _ = - _ => apply f_equal; cancels
  | |- _ => cancels_at
  end
with cancels_at := first
  [ lazymatch goal with |- ?w * _ = ?w * _ => apply weight_same; [ nn | let H := fresh in intros H; split_pos; solve [cancels] ] end
  | apply where_not_zero; [ nn | let H := fresh in intros H; split_pos; forward; field; snz
      | let H := fresh in intros H; rewrite <- H; unfold Rdiv; ring ] ].
Ltac seq_equal := first [ solve [around_one ltac:(idtac; cbv beta; cbn [fst snd]; solve [flat])]
  | solve [descend] | solve [by_average] | solve [cancels] | symmetry; solve [ descend | cancels ] ].
Ltac seq_average := seq_start; by_average.
Ltac seq_cancels := seq_start; first [ cancels | symmetry; cancels ].
(** what follows from premises alone *)
Ltac seq_chain := first [ by_chain | solve [ seq_start; lra ] ].

(** what is positive at a point around is so here, where it looks at nothing that is changed *)
Ltac point_one k := fail.
Ltac at_point K e k := lazymatch type of K with 0 < @marginal ?W ?all ?f ?l ?w => abstracted W e w ltac:(fun F =>
  let u := fresh in let R := fresh in let N := fresh in let B := fresh in
  assert (B : blind (minus all l) F) by (solve [blind_by]);
  refine (at_example W all f l w F K B _); clear B; intros u R N; clear R; k u N) end.
Ltac spos_point := point_one ltac:(idtac; cbv beta; cbn [fst snd]; split_pos; solve [spos]).
(** a sum of what is positive where a mass is that is positive *)
Lemma Sum_some (D : domain) f : 0 < Sum D f -> exists a, In a (enum D) /\ 0 < f a.
Proof.
  unfold Sum. induction (enum D) as [|a l IH]; simpl; intros H; [lra|].
  destruct (Rlt_dec 0 (f a)) as [P|P]; [exists a; tauto|]. destruct IH as [b [I Q]]; [lra|exists b; tauto].
Qed.
Lemma Sum_pos_in (D : domain) f a : In a (enum D) -> (forall b, 0 <= f b) -> 0 < f a -> 0 < Sum D f.
Proof. intros I N P. pose proof (Sum_ge_in D f a I N). lra. Qed.
Ltac mass_one k := fail.
Ltac spos_sum := mass_one ltac:(fun S every => let a := fresh in let I := fresh in let N := fresh in let P := fresh in
  assert (P : S) by spos; destruct (Sum_some _ _ P) as [a [I N]]; clear P; cbv beta in N;
  try (let E := fresh in assert (E : 0 < every a) by spos; cbv beta in E);
  apply (Sum_pos_in _ _ a I); [ intros; nn | cbv beta; split_pos; first [ spos | spos_sum ] ]).
Ltac known_more := fail.
Ltac known ::= intros; derived; tables; elbo_unfold; split_pos; first
  [ assumption | solve [spos] | solve [spos_point] | solve [spos_sum] | solve [pos] | solve [nz] | solve [snz]
  | solve [apply Rgt_not_eq; unfold Rgt; spos_point] | known_else | solve [known_more] ].

(* ------------------------------------------------------------------ *)
(** * Inequalities *)
(** that a law sums to 1 *)
Ltac sum_one := lazymatch goal with
  | |- Sum ?D (fun a => Sum ?C (fun b => @?w a b)) = 1 => transitivity (Sum D (fun a => Sum C (fun b => w a b * 1)));
      [ apply Sum_ext; intros; apply Sum_ext; intros; ring | cbv beta; by_average ]
  | |- Sum ?D ?w = 1 => transitivity (Sum D (fun a => w a * 1)); [ apply Sum_ext; intros; ring | cbv beta; by_average ]
  | |- _ <= 1 => apply Req_le; sum_one
  end.
Ltac seq_side := first [ solve [ intros; nn ] | solve [ elbo_unfold; tables; sum_one ]
  | solve [ intros; tables; split_pos; first [ spos | spos_point ] ] ].
Ltac sided := fail.
Ltac side ::= cbv beta; first [ solve [ lra ] | sided | solve [ intros; nn ] | solve [ intros; split_pos; pos ] | solve [ eq_step ]
                              | solve [ apply Req_le; eq_step ] ].
Ltac seq_gap k := intros; lines; derived; tables; unfold Rgt in *; as_le; k;
  [ tables; unfold E; cbv beta; inequality | tables; elbo_unfold; first [ solve [ring] | seq_equal ] ].
Ltac seq_by l r := seq_gap ltac:(eapply (gap_le _ _ l r)).
Ltac seq_under r := seq_gap ltac:(eapply (gap_le _ _ _ r)).
Ltac seq_over l := seq_gap ltac:(eapply (gap_le _ _ l)).
Ltac by_divergence D q p := eapply gap_le;
  [ refine (Gibbs D q p _ _ _ _ _); side | elbo_unfold; first [ solve [ring] | solve [seq_equal] ] ].
(** an inequality that stands deep within, as an instance of what is known of averages *)
Ltac descend_le := cbv beta; lazymatch goal with
  | |- ?a <= ?a => apply Rle_refl
  | |- Sum ?D _ <= Sum ?D _ => first
      [ apply Sum_le_in; let a := fresh "a" in let H := fresh in intros a H; bounded; solve [descend_le] | by_instance ]
  | |- ?w * ?a <= ?w * ?b => apply weighed_le; [ nn | let H := fresh in intros H; split_pos; descend_le ]
  | |- - ?a <= - ?b => first [ apply Ropp_le_contravar; solve [descend_le] | by_instance ]
  | |- ?a + ?b <= ?c + ?d => first [ apply Rplus_le_compat; solve [descend_le] | by_instance ]
  | |- ?a - ?b <= ?c - ?d => first [ apply Rplus_le_compat; [ | apply Ropp_le_contravar ]; solve [descend_le] | by_instance ]
  | |- _ <= _ => first [ lra | by_instance ]
  end
with by_instance := match goal with
  | |- context [ln (Sum ?D (fun a => @?w a * @?f a))] =>
      eapply gap_le; [ refine (Jensen D w f _ _ _); side | cbv beta; first [ solve [ring] | solve [seq_equal] ] ]
  | |- context [Sum ?D (fun a => @?w a * ln (@?u a / @?v a))] =>
      first [ by_divergence D u v | by_divergence D v u ]
  | |- context [Sum ?D (fun a => @?w a * ln (@?u a))] => by_divergence D w u
  | |- context [Sum ?D (fun a => @?w a * ln (@?u a))] =>
      eapply gap_le; [ refine (E_ln_bound D w u _ _); side | cbv beta; first [ solve [ring] | solve [seq_equal] ] ]
  | |- context [ln ?u] =>
      eapply gap_le; [ apply (ln_le_sub1 u); solve [spos] | first [ solve [ring] | solve [seq_equal] ] ]
  end.
Ltac seq_le := first [ solve [ seq_start; unfold Rgt in *; as_le; first [ lra | descend_le ] ]
  | solve [ intros; lines; derived; tables; as_le; at_least_0 ] ].
