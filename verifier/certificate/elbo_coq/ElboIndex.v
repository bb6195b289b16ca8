(* Factors taken off marginals, and sums over an index whose ranges or terms are shifted. *)
From Elbo Require Export ElboSeq.
From Coq Require Import Lia Permutation FunctionalExtensionality.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

(* ------------------------------------------------------------------ *)
(** * Ranges and sums over them *)
Lemma range_cut low i high : (low <= i + 1)%Z -> (i <= high)%Z -> range low high = range low i ++ range (i + 1) high.
Proof.
  intros H1 H2. unfold range.
  replace (Z.to_nat (high - low + 1)) with (Z.to_nat (i - low + 1) + Z.to_nat (high - (i + 1) + 1))%nat by lia.
  rewrite seq_app, map_app. f_equal. simpl.
  generalize (Z.to_nat (high - (i + 1) + 1)). intros n.
  assert (E : (low + Z.of_nat (Z.to_nat (i - low + 1)) = i + 1 + Z.of_nat 0)%Z) by lia.
  revert E. generalize (Z.to_nat (i - low + 1)), O. clear. induction n as [|n IH]; intros s o E; simpl; [reflexivity|].
  f_equal; [lia|]. apply IH. lia.
Qed.
Lemma range_none low high : (high < low)%Z -> range low high = [].
Proof. intros H. unfold range. now replace (Z.to_nat (high - low + 1)) with O by lia. Qed.
Lemma range_shift low high s : range (low + s) (high + s) = map (fun i => (i + s)%Z) (range low high).
Proof.
  unfold range. replace (high + s - (low + s) + 1)%Z with (high - low + 1)%Z by lia.
  rewrite map_map. apply map_ext. intros n. lia.
Qed.
Lemma index_none low high (f : Z -> R) : (high < low)%Z -> Sum (upto low high) f = 0.
Proof. intros H. unfold Sum. cbn [enum upto]. now rewrite range_none by lia. Qed.
Lemma index_single low high (f : Z -> R) : (low = high)%Z -> Sum (upto low high) f = f low.
Proof. intros ->. rewrite index_first, index_none by lia. ring. Qed.
Lemma index_cut low i high (f : Z -> R) : (low <= i + 1)%Z -> (i <= high)%Z ->
  Sum (upto low high) f = Sum (upto low i) f + Sum (upto (i + 1) high) f.
Proof. intros H1 H2. unfold Sum. cbn [enum upto]. rewrite (range_cut low i high) by lia. apply lsum_app. Qed.
Lemma index_shift low high s (f : Z -> R) : Sum (upto (low + s) (high + s)) f = Sum (upto low high) (fun i => f (i + s)%Z).
Proof. unfold Sum. cbn [enum upto]. rewrite range_shift. apply lsum_map. Qed.
(** two sums whose terms are the same where both have some, but for s places: what they are apart *)
Lemma index_meet a b c d s (f g : Z -> R) : (a <= b + 1)%Z -> (c <= d + 1)%Z -> (c <= b + s + 1)%Z -> (a + s <= d + 1)%Z ->
  (forall i, (a <= i <= b)%Z -> (c <= i + s <= d)%Z -> f i = g (i + s)%Z) ->
  Sum (upto a b) f = Sum (upto c d) g + (Sum (upto a (c - s - 1)) f - Sum (upto c (a + s - 1)) g)
    + (Sum (upto (d - s + 1) b) f - Sum (upto (b + s + 1) d) g).
Proof.
  intros H1 H2 H3 H4 E.
  set (l := Z.max a (c - s)). set (h := Z.min b (d - s)).
  assert (F : Sum (upto a b) f = Sum (upto a (c - s - 1)) f + Sum (upto l h) f + Sum (upto (d - s + 1) b) f).
  { destruct (Z_lt_le_dec a (c - s)).
    - rewrite (index_cut a (c - s - 1) b) by lia. rewrite Rplus_assoc. f_equal.
      replace (c - s - 1 + 1)%Z with l by lia.
      destruct (Z_lt_le_dec (d - s) b).
      + rewrite (index_cut _ (d - s) b) by lia. replace h with (d - s)%Z by lia. ring.
      + rewrite (index_none (d - s + 1) b) by lia. replace h with b by lia. ring.
    - rewrite (index_none a (c - s - 1)) by lia. rewrite Rplus_0_l. replace l with a by lia.
      destruct (Z_lt_le_dec (d - s) b).
      + rewrite (index_cut _ (d - s) b) by lia. replace h with (d - s)%Z by lia. ring.
      + rewrite (index_none (d - s + 1) b) by lia. replace h with b by lia. ring. }
  assert (G : Sum (upto c d) g = Sum (upto c (a + s - 1)) g + Sum (upto (l + s) (h + s)) g + Sum (upto (b + s + 1) d) g).
  { destruct (Z_lt_le_dec c (a + s)).
    - rewrite (index_cut c (a + s - 1) d) by lia. rewrite Rplus_assoc. f_equal.
      replace (a + s - 1 + 1)%Z with (l + s)%Z by lia.
      destruct (Z_lt_le_dec (b + s) d).
      + rewrite (index_cut _ (b + s) d) by lia. replace (h + s)%Z with (b + s)%Z by lia. ring.
      + rewrite (index_none (b + s + 1) d) by lia. replace (h + s)%Z with d by lia. ring.
    - rewrite (index_none c (a + s - 1)) by lia. rewrite Rplus_0_l. replace (l + s)%Z with c by lia.
      destruct (Z_lt_le_dec (b + s) d).
      + rewrite (index_cut _ (b + s) d) by lia. replace (h + s)%Z with (b + s)%Z by lia. ring.
      + rewrite (index_none (b + s + 1) d) by lia. replace (h + s)%Z with d by lia. ring. }
  rewrite F, G, index_shift.
  rewrite (Sum_ext_in (upto l h) f (fun i => g (i + s)%Z)); [ring|].
  intros i Hi. cbn [enum upto] in Hi. apply in_range in Hi. apply E; lia.
Qed.

(** the same where there may be one place between them *)
Lemma index_meet_apart a b c d s (f g : Z -> R) : (a <= b + 1)%Z -> (c <= d + 1)%Z -> (c <= b + s + 2)%Z -> (a + s <= d + 2)%Z ->
  (forall i, (a - 1 <= i <= b + 1)%Z -> (c - 1 <= i + s <= d + 1)%Z -> f i = g (i + s)%Z) ->
  Sum (upto a b) f = Sum (upto c d) g + (Sum (upto a (c - s - 1)) f - Sum (upto c (a + s - 1)) g)
    + (Sum (upto (d - s + 1) b) f - Sum (upto (b + s + 1) d) g).
Proof.
  intros H1 H2 H3 H4 E.
  destruct (Z_le_gt_dec c (b + s + 1)) as [H3'|H3']; [destruct (Z_le_gt_dec (a + s) (d + 1)) as [H4'|H4']|].
  - apply index_meet; trivial. intros. apply E; lia.
  - rewrite (index_none a (c - s - 1)), (index_none (b + s + 1) d) by lia.
    replace (a + s - 1)%Z with (d + 1)%Z by lia. rewrite (index_last c (d + 1)) by lia.
    replace (d - s + 1)%Z with (a - 1)%Z by lia. rewrite (index_first (a - 1) b) by lia.
    replace (d + 1 - 1)%Z with d by lia. replace (a - 1 + 1)%Z with a by lia.
    rewrite (E (a - 1)%Z) by lia. replace (a - 1 + s)%Z with (d + 1)%Z by lia. ring.
  - rewrite (index_none c (a + s - 1)), (index_none (d - s + 1) b) by lia.
    replace (c - s - 1)%Z with (b + 1)%Z by lia. rewrite (index_last a (b + 1)) by lia.
    replace (b + s + 1)%Z with (c - 1)%Z by lia. rewrite (index_first (c - 1) d) by lia.
    replace (b + 1 - 1)%Z with b by lia. replace (c - 1 + 1)%Z with c by lia.
    rewrite (E (b + 1)%Z) by lia. replace (b + 1 + s)%Z with (c - 1)%Z by lia. ring.
Qed.

(* ------------------------------------------------------------------ *)
(** * A marginal over what comes first is the product of the factors of that *)
Lemma prefix_at (W : world) all f (block : Type) heads k blocks bs cs l w :
  NoDup all -> f = product W block k blocks -> Permutation all (flat_map heads blocks) ->
  (forall c, In c blocks -> law W block heads k c) -> ordered W block heads k blocks ->
  blocks = bs ++ cs -> (forall n, In n all -> (In n l <-> In n (flat_map heads bs))) ->
  marginal all f l w = product W block k bs w.
Proof.
  intros Na -> Pa L O -> I. unfold marginal.
  rewrite <- (product_prefix W block heads k bs cs).
  - rewrite (sums_permutation W (minus all l) (flat_map heads cs)); [reflexivity|].
    assert (Nf := Permutation_NoDup Pa Na). rewrite flat_map_app in Nf.
    apply NoDup_Permutation; [now apply NoDup_minus| |].
    + clear - Nf. induction (flat_map heads bs) as [|x p IH]; [assumption|]. inversion_clear Nf. auto.
    + intros n. rewrite in_minus. split.
      * intros [Hn Hl]. specialize (I n Hn). apply (Permutation_in _ Pa) in Hn.
        rewrite flat_map_app in Hn. apply in_app_or in Hn. tauto.
      * intros Hn. assert (Ha : In n all).
        { apply (Permutation_in _ (Permutation_sym Pa)). rewrite flat_map_app. apply in_or_app. now right. }
        split; [assumption|]. rewrite (I n Ha). clear - Nf Hn.
        induction (flat_map heads bs) as [|x p IH]; [easy|]. inversion_clear Nf.
        intros [<-|Hp]; [|now apply IH]. apply H. apply in_or_app. now right.
  - intros c Hc. apply L. apply in_or_app. now right.
  - exact O.
Qed.
(** nothing is left of a family that no place is kept of *)
Lemma none_at (W : world) all (f : W -> R) l w : marginal all f [] w = 1 -> (forall n, In n l -> False) -> marginal all f l w = 1.
Proof. intros M H. destruct l as [|n l]; [assumption|]. exfalso. apply (H n). now left. Qed.

(** a marginal that isn't over some places is the same wherever only these are changed *)
Lemma paths_blind (A : alphabet) (F : (Z -> A) -> R) l (v u : Z -> A) : (forall i, In i l -> forall a w, F (put w i a) = F w) ->
  In u (enum (seqs A l v)) -> F u = F v.
Proof.
  unfold seqs. cbn [enum]. revert v. induction l as [|i l IH]; simpl; intros v B H.
  - destruct H as [<-|[]]. reflexivity.
  - apply in_flat_map in H. destruct H as [a [_ H]]. rewrite (IH (put v i a)); [|intros; apply B; now right|assumption].
    apply B. now left.
Qed.
Ltac by_blind all tag inj :=
  lazymatch goal with H : In ?u (enum (seqs ?A ?m ?v)) |- marginal ?a ?f ?l _ = _ =>
    apply (paths_blind A (fun v => marginal a f l (inj v)) m v u); [ | exact H ] end;
  let i := fresh in let Hi := fresh in let a := fresh in let w := fresh in intros i Hi a w; cbv beta;
  lazymatch goal with |- marginal ?all ?f ?l _ = marginal _ _ _ ?y =>
    refine (marginal_blind _ all f l (tag i :: nil) _ _ (tag i) (or_introl eq_refl) a y) end;
  [ let n := fresh in let Hn := fresh in intros n Hn; unfold incl in *; in_known; unfold all; solve [or_goal]
  | let n := fresh in let Hn := fresh in let Hl := fresh in intros n Hn Hl; in_known; eauto ].
Lemma in_opened (m P : list Z) : (forall i, In i m -> In i P -> False) -> forall i, In i P <-> In i (without (both m P) m).
Proof. intros H i. rewrite in_without, in_both. specialize (H i). tauto. Qed.
Ltac by_opening := unfold incl in *; first [ assumption | apply in_opened; assumption | intros; apply in_both; tauto | tauto ].
Lemma seqs_some (A : alphabet) l v : enum (seqs A l v) <> [].
Proof.
  unfold seqs. cbn [enum]. revert v. induction l as [|i l IH]; intros v; simpl; [discriminate|].
  pose proof (enum_nonempty A). destruct (enum A) as [|a r]; [congruence|]. simpl.
  intros E. apply app_eq_nil in E. exact (IH _ (proj1 E)).
Qed.
Ltac by_positive := repeat first
  [ apply Sum_pos_some; [ apply seqs_some | let v := fresh "v" in intros v ]
  | apply Sum_pos; let v := fresh "v" in intros v ]; pos.
Ltac with_places := in_known;
  repeat match goal with
  | H : In ?i ?Q, K : forall i, In i ?Q -> _ |- _ => is_var Q; apply K in H
  | H : In ?i ?Q, K : forall i, In i ?Q <-> _ |- _ => is_var Q; apply K in H
  end.
Ltac blocks_of := intros; with_places; places_in_blocks.
Ltac by_cut blocks i := unfold blocks;
  first [ rewrite (range_cut _ i) by lia
        | rewrite (range_cut _ (i - 1)) by lia; replace (i - 1 + 1)%Z with i by lia | idtac ];
  rewrite ?flat_map_app, ?rev_app_distr; rewrite ?flat_map_app; rewrite <- ?app_assoc; rewrite ?app_nil_r; reflexivity.
Ltac by_taken kern b once prod perm laws ord cut unf :=
  repeat match goal with H : forall i, In i _ <-> In i _ |- _ => clear H end;
  lazymatch goal with |- marginal ?all ?f ?h ?w = ?r * marginal ?all ?f ?l ?w =>
    change r with (kern b w);
    eapply (step_at _ _ _ _ _ kern _ _ b); [ exact once | apply prod | exact perm | apply laws | apply ord | exact cut
    | unf; blocks_of | unf; blind_at
    | unf; cbn [fst snd]; let n := fresh in intros n; split; intros; in_known; or_goal ] end.
Ltac iff_blocks := let n := fresh in let Hn := fresh in intros n Hn; split;
  [ intros; with_places; places_in_blocks
  | let H := fresh in intros H; rewrite ?flat_map_app, ?flat_map_flat_map in H; cbn [flat_map app fst snd] in H; in_known;
    kept_in ]
with kept_in := lazymatch goal with
  | |- In _ (_ ++ _) => apply in_or_app; first [ left; solve [kept_in] | right; solve [kept_in] ]
  | |- In _ (map _ _) => apply in_map_iff; eexists; split; [ reflexivity | ];
      match goal with K : forall i, In i ?Q <-> _ |- In _ ?Q => apply K end; in_goal
  | |- In _ (_ :: _) => left; reflexivity
  end.
Ltac by_prefix kern once prod perm laws ord cut unf :=
  etransitivity; [ eapply prefix_at; [ exact once | apply prod | exact perm | apply laws | apply ord | exact cut | unf; iff_blocks ]
  | unf; unfold product; rewrite ?lprod_app, ?lprod_flat_map, ?lprod_rev; cbn [lprod fold_right fst snd];
    unfold Prod; cbn [enum upto];
    repeat match goal with |- context [lprod ?f ?l] => match goal with |- context [lprod ?g l] =>
      tryif constr_eq f g then fail else
      (replace (lprod f l) with (lprod g l) by (apply lprod_ext; intros; unfold lprod; simpl; ring)) end end;
    first [ reflexivity | unfold lprod; simpl; ring ] ].

(* ------------------------------------------------------------------ *)
(** * Steps about factors and indices *)
(** a certificate says by which lemmas: d = k * d', d = a product of factors, d = 1 *)
Ltac taken := fail.
Ltac prefixed := fail.
Ltac nothing := fail.
(** what is in a list of places, as arithmetic *)
Lemma member_both a b (p q : Z -> Prop) : (forall i, In i a <-> p i) -> (forall i, In i b <-> q i) ->
  forall i, In i (both a b) <-> p i \/ q i.
Proof. intros H K i. now rewrite in_both, H, K. Qed.
Lemma member_without a b (p q : Z -> Prop) : (forall i, In i a <-> p i) -> (forall i, In i b <-> q i) ->
  forall i, In i (without a b) <-> p i /\ ~ q i.
Proof. intros H K i. now rewrite in_without, H, K. Qed.
Lemma member_one e : forall i, In i (one e) <-> i = e. Proof. intros i. apply in_one. Qed.
Lemma member_range l h : forall i, In i (range l h) <-> (l <= i <= h)%Z. Proof. intros i. apply in_range. Qed.
Lemma member_none : forall i, In i (@nil Z) <-> False. Proof. simpl. tauto. Qed.
Lemma members_same P Q (p q : Z -> Prop) : (forall i, In i P <-> p i) -> (forall i, In i Q <-> q i) ->
  (forall i, p i <-> q i) -> forall i, In i P <-> In i Q.
Proof. intros H K E i. now rewrite H, K. Qed.
Lemma members_inside P Q (p q : Z -> Prop) : (forall i, In i P <-> p i) -> (forall i, In i Q <-> q i) ->
  (forall i, p i -> q i) -> forall i, In i P -> In i Q.
Proof. intros H K E i. rewrite H, K. apply E. Qed.
Lemma members_none P (p : Z -> Prop) : (forall i, In i P <-> p i) -> (forall i, p i -> False) -> forall i, In i P -> False.
Proof. intros H E i. rewrite H. apply E. Qed.
Lemma members_apart P Q (p q : Z -> Prop) : (forall i, In i P <-> p i) -> (forall i, In i Q <-> q i) ->
  (forall i, p i -> q i -> False) -> forall i, In i P -> In i Q -> False.
Proof. intros H K E i. rewrite H, K. apply E. Qed.
Ltac member P := lazymatch P with
  | both ?a ?b => let x := member a in let y := member b in constr:(member_both _ _ _ _ x y)
  | without ?a ?b => let x := member a in let y := member b in constr:(member_without _ _ _ _ x y)
  | one ?e => constr:(member_one e)
  | range ?l ?h => constr:(member_range l h)
  | nil => constr:(member_none)
  end.
Ltac members := first
  [ lazymatch goal with
    | |- forall i, In i ?P <-> In i ?Q => let x := member P in let y := member Q in refine (members_same P Q _ _ x y _)
    | |- forall i, In i ?P -> In i ?Q => let x := member P in let y := member Q in refine (members_inside P Q _ _ x y _)
    | |- forall i, In i ?P -> False => let x := member P in refine (members_none P _ x _)
    end; cbv beta; let i := fresh in intros i; lia
  | lazymatch goal with |- ?g => tryif has_evar g then fail else places_arith end ].
(** of all that is known to be positive, one from which it follows; what can't be of the same tables
    isn't looked at again and again *)
Ltac inclusions := solve [members | intros; in_known; or_goal].
Ltac by_smaller lemma ::= assert_succeeds (eapply lemma); first
  [ match goal with K : 0 < _ |- _ => eapply lemma; [ exact K | .. ]; inclusions end
  | match goal with S : forall _, _ |- _ =>
      lazymatch type of S with context [0 < _] => assert_succeeds (eapply lemma; [ eapply S | .. ]) end;
      match goal with K : 0 < _ |- _ => eapply lemma; [ eapply S; [ first [ exact K | eassumption ] | first [ exact K | eassumption ] .. ] | .. ]; inclusions end end ].
Lemma in_same (P : list Z) : forall i, In i P <-> In i P. Proof. tauto. Qed.
Ltac dropped P e := lazymatch P with
  | one e => constr:(@nil Z)
  | both ?A ?B => let a := dropped A e in let b := dropped B e in
      lazymatch a with nil => b | _ => lazymatch b with nil => a | _ => constr:(both a b) end end
  | _ => P
  end.
Ltac premise e := lazymatch goal with
  | |- @eq Z _ _ => first [ reflexivity | lia ]
  | |- (_ <= _)%Z => lia
  | |- (_ <= _ <= _)%Z => lia
  | |- forall i, In i ?P <-> In i ?Q => first
      [ is_evar Q; apply in_same
      | lazymatch Q with both ?H ?R => is_evar R;
          let l := dropped P e in
          tryif constr_eq l P then unify R (without P H) else unify R l end;
        solve [members]
      | solve [members] ]
  | |- _ => solve [members]
  end.
(** and, of what is over other places than are changed around it, what it is without that change *)
Ltac blinded := fail.
Ltac at_blind lemma := match goal with H : In ?u (enum (seqs ?A ?m ?v)) |- ?d = _ => lazymatch d with context [u] => idtac end;
  eapply (lemma m u); [ exact H | .. ]; solve [ unfold incl; members | apart_lists ] end
with apart_lists := lazymatch goal with |- forall i, In i ?P -> In i ?Q -> False =>
  let x := member P in let y := member Q in refine (members_apart P Q _ _ x y _) end; cbv beta; let i := fresh in intros i; lia.
Ltac at_place lemma := match goal with |- ?d = _ => match d with context [one ?e] => eapply (lemma e); premise e end end.
Ltac at_no_place lemma := eapply lemma; premise 0%Z.
Ltac at_end lemma := match goal with |- ?d = _ => match d with
  | context [range ?l ?h] => first [ eapply (lemma h); premise h | eapply (lemma l); premise l ]
  | context [one ?e] => eapply (lemma e); premise e end end.
Ltac at_nothing lemma := lazymatch goal with |- ?d = _ => lazymatch d with context [one _] => fail | _ => idtac end end;
  eapply lemma; solve [members].

Lemma lin_eq (a b r s : R) : a = r -> b = s -> r = s -> a = b. Proof. congruence. Qed.
Lemma lin_plus a b r s : a = r -> b = s -> a + b = r + s. Proof. congruence. Qed.
Lemma lin_minus a b r s : a = r -> b = s -> a - b = r - s. Proof. congruence. Qed.
Lemma lin_opp a r : a = r -> - a = - r. Proof. congruence. Qed.
Lemma lin_mult a b r s : a = r -> b = s -> a * b = r * s. Proof. congruence. Qed.
Lemma lin_one a b r : a = 1 -> b = r -> a * b = r. Proof. intros -> ->. ring. Qed.
Lemma lin_sum (D : domain) f g r : (forall a, In a (enum D) -> f a = g a) -> Sum D g = r -> Sum D f = r.
Proof. intros H <-. now apply Sum_ext_in. Qed.
Lemma dist_plus (D : domain) f g r s : Sum D f = r -> Sum D g = s -> Sum D (fun a => f a + g a) = r + s.
Proof. intros <- <-. apply Sum_plus. Qed.
Lemma dist_minus (D : domain) f g r s : Sum D f = r -> Sum D g = s -> Sum D (fun a => f a - g a) = r - s.
Proof. intros <- <-. apply Sum_minus. Qed.
Lemma dist_opp (D : domain) f r : Sum D f = r -> Sum D (fun a => - f a) = - r.
Proof. intros <-. apply Sum_opp. Qed.
Lemma ln_as a b r : a = b -> 0 < a -> (0 < b -> ln b = r) -> ln a = r. Proof. intros ->. auto. Qed.
Lemma ln_product a b r s : 0 <= a -> 0 <= b -> 0 < a * b -> (0 < a -> ln a = r) -> (0 < b -> ln b = s) -> ln (a * b) = r + s.
Proof.
  intros Ha Hb H <- <-; [apply ln_mult| |]; eauto using pos_mult_l, pos_mult_r.
Qed.
Lemma ln_quotient a b r s : 0 <= a -> 0 <= b -> 0 < a / b -> (0 < a -> ln a = r) -> (0 < b -> ln b = s) -> ln (a / b) = r - s.
Proof.
  intros Ha Hb H <- <-; [apply ln_div| |]; eauto using pos_div_l, pos_div_r.
Qed.
Lemma ln_of_factor a b k r : a = k * b -> 0 <= b -> 0 < a / b -> (0 < k -> ln k = r) -> ln (a / b) = r.
Proof.
  intros -> Hb H E. assert (P : 0 < b) by (eapply pos_div_r; [exact Hb|exact H]).
  replace (k * b / b) with k in * by (field; lra). auto.
Qed.
Lemma Prod_zero_in (D : domain) f a : In a (enum D) -> f a = 0 -> Prod D f = 0.
Proof.
  intros H E. unfold Prod. induction (enum D) as [|b l IH]; simpl in *; [contradiction|].
  destruct H as [->|H]; [rewrite E|rewrite IH by assumption]; ring.
Qed.
Lemma Prod_each (D : domain) f : (forall a, 0 <= f a) -> 0 < Prod D f -> forall a, In a (enum D) -> 0 < f a.
Proof.
  intros N H a Ha. destruct (N a) as [P|P]; [exact P|].
  rewrite (Prod_zero_in D f a Ha) in H by now symmetry. lra.
Qed.
Lemma ln_indexed (D : domain) f g r : (forall a, 0 <= f a) -> 0 < Prod D f ->
  (forall a, In a (enum D) -> 0 < f a -> ln (f a) = g a) -> Sum D g = r -> ln (Prod D f) = r.
Proof.
  intros N H E <-. pose proof (Prod_each D f N H) as P. rewrite ln_Prod_in by exact P.
  apply Sum_ext_in. auto.
Qed.
Lemma seqs_none (A : alphabet) l v f r : (forall i, In i l -> False) -> f v = r -> Sum (seqs A l v) f = r.
Proof.
  intros H <-. destruct l as [|i l]; [unfold Sum; simpl; ring|]. exfalso. apply (H i). now left.
Qed.
Lemma seqs_alike (A : alphabet) l m v f : NoDup l -> NoDup m -> (forall i, In i l <-> In i m) -> Sum (seqs A l v) f = Sum (seqs A m v) f.
Proof.
  intros Nl Nm H. rewrite <- !sums_sequence.
  rewrite (sums_permutation (of_sequence A) l m f); [reflexivity|now apply NoDup_Permutation].
Qed.
Lemma weight_alike w u a b : 0 <= w -> w = u -> (0 < w -> a = b) -> w * a = u * b.
Proof. intros [H|<-] <- E; [now rewrite E|ring]. Qed.

(** e = ?r, where r is a sum of logarithms of what no more can be taken of, of sums of such over an index, and of what
    else there is *)
Ltac distributed := cbv beta; lazymatch goal with
  | |- Sum ?D (fun a => @?f a + @?g a) = _ => eapply dist_plus; distributed
  | |- Sum ?D (fun a => @?f a - @?g a) = _ => eapply dist_minus; distributed
  | |- Sum ?D (fun a => - @?f a) = _ => eapply dist_opp; distributed
  | |- _ => reflexivity
  end.
Ltac ln_apart_of o H := lazymatch goal with
  | |- ln 1 = _ => exact ln_1
  | |- ln (?a * ?b) = _ => eapply ln_product; [ nn | nn | exact H
      | let K := fresh in intros K; ln_apart_of o K | let K := fresh in intros K; ln_apart_of o K ]
  | |- ln (?a / ?b) = _ => first
      [ eapply ln_of_factor; [ taken | nn | exact H | let K := fresh in intros K; ln_apart_of o K ]
      | eapply ln_quotient; [ nn | nn | exact H
        | let K := fresh in intros K; ln_apart_of o K | let K := fresh in intros K; ln_apart_of o K ] ]
  | |- ln (Prod ?D ?f) = _ => eapply ln_indexed; [ let i := fresh in intros i; nn | exact H
      | let i := fresh "i" in let Hi := fresh in let K := fresh in intros i Hi K; cbv beta in K |- *; bounded; ln_apart_of o K | distributed ]
  | |- ln _ = _ => first
      [ eapply ln_as; [ nothing | exact H | let K := fresh in intros K; ln_apart_of o K ]
      | eapply ln_as; [ taken | exact H | let K := fresh in intros K; ln_apart_of o K ]
      | eapply ln_as; [ o | exact H | let K := fresh in intros K; ln_apart_of o K ]
      | reflexivity ]
  end.
Ltac linear o := cbv beta; lazymatch goal with
  | |- _ + _ = _ => eapply lin_plus; linear o
  | |- _ - _ = _ => eapply lin_minus; linear o
  | |- - _ = _ => eapply lin_opp; linear o
  | |- Sum (upto _ _) _ = _ => eapply lin_sum; [ let i := fresh "i" in let H := fresh in intros i H; bounded; linear o | distributed ]
  | |- Sum (seqs _ _ _) _ = _ => first [ eapply seqs_none; [ solve [members] | linear o ] | reflexivity ]
  | |- ln ?a = _ => first [ (let H := fresh in assert (H : 0 < a) by spos; ln_apart_of o H) | reflexivity ]
  | |- ?a * ?b = _ => first [ eapply lin_one; [ nothing | linear o ] | eapply lin_mult; linear o ]
  | |- _ => reflexivity
  end.

(** a certificate says which lemmas there are of marginals over the same places *)
Ltac samed := fail.
Ltac at_same lemma := apply lemma; solve [members].
Ltac same_args := first [ reflexivity
  | lazymatch goal with
    | |- @eq Z _ _ => lia
    | |- _ _ = _ _ => progress f_equal; same_args end ].
Ltac same_atom := cbv beta; first [ reflexivity | solve [samed] | solve [same_args] ].
Ltac head_of t := lazymatch t with ?f _ => head_of f | _ => t end.
Ltac same_head a b := let f := head_of a in let g := head_of b in constr_eq f g.
Ltac ends := repeat match goal with |- context [Sum (upto ?l ?h) ?f] =>
  first [ rewrite (index_none l h f) by lia | rewrite (index_single l h f) by lia ] end; cbv beta.
Lemma nodup_one e : NoDup (one e). Proof. repeat constructor; simpl; tauto. Qed.
Lemma nodup_both a b : NoDup a -> NoDup b -> (forall i, In i a -> In i b -> False) -> NoDup (both a b).
Proof. intros Ha Hb H. now apply NoDup_app_intro. Qed.
Ltac nodup := lazymatch goal with
  | |- NoDup (range _ _) => apply NoDup_range
  | |- NoDup (one _) => apply nodup_one
  | |- NoDup (both _ _) => apply nodup_both; [ nodup | nodup | apart_lists ]
  | |- NoDup nil => constructor
  end.
(** what a sum is of, each once: the list l of what is known already, as pairs *)
Ltac atoms t l := lazymatch t with
  | ?a + ?b => let m := atoms a l in atoms b m
  | ?a - ?b => let m := atoms a l in atoms b m
  | - ?a => atoms a l
  | ?a * ?b => let m := atoms a l in atoms b m
  | ln _ => with_atom t l
  | Sum _ _ => with_atom t l
  | _ => l
  end
with with_atom t l := lazymatch l with context [t] => l | _ => constr:((t, l)) end.
Ltac kind t := lazymatch t with
  | ln ?a => head_of a
  | Sum (upto _ _) ?f => kind_under f
  | Sum (seqs ?A _ ?v) _ => constr:((A, v))
  | _ => head_of t
  end
with kind_under f := lazymatch f with
  | fun _ => ln (?h _) => h | fun _ => ln (?h _ _) => h | fun _ => ln (?h _ _ _) => h | fun _ => ln (?h _ _ _ _) => h
  | _ => constr:(tt)
  end.
Ltac meet_by a b c d s f g k := let K := fresh in let E := fresh in first
  [ assert (K : forall i, (a <= i <= b)%Z -> (c <= i + s <= d)%Z -> f i = g (i + s)%Z) by shifted k;
    assert (E := index_meet a b c d s f g ltac:(lia) ltac:(lia) ltac:(lia) ltac:(lia) K)
  | lazymatch s with 0%Z => fail | _ => idtac end;
    assert (K : forall i, (a - 1 <= i <= b + 1)%Z -> (c - 1 <= i + s <= d + 1)%Z -> f i = g (i + s)%Z) by shifted k;
    assert (E := index_meet_apart a b c d s f g ltac:(lia) ltac:(lia) ltac:(lia) ltac:(lia) K) ];
  rewrite E; clear E K; ends
with shifted k := let i := fresh "i" in let H := fresh in let H' := fresh in intros i H H'; cbv beta; k.
Ltac meet_pair t u k := lazymatch t with
  | Sum (upto ?a ?b) ?f => lazymatch u with Sum (upto ?c ?d) ?g =>
      first [ meet_by a b c d 0%Z f g k | meet_by a b c d 1%Z f g k | meet_by a b c d (-1)%Z f g k ] end
  | _ => let E := fresh in assert (E : t = u) by k; rewrite E; clear E
  end.
Ltac meet_with t l k := lazymatch l with
  | (?u, ?m) => first [ (let x := kind t in let y := kind u in constr_eq x y); meet_pair t u k | meet_with t m k ]
  end.
Ltac meet_all l k := lazymatch l with
  | (?t, ?m) => try meet_with t m k; meet_all m k
  | _ => idtac
  end.
Ltac meet k := lazymatch goal with |- ?a = ?b => let l := atoms a tt in let m := atoms b l in meet_all m k end.
(** marginals over the same places, written alike *)
Ltac factors_of t l := lazymatch t with
  | ?a + ?b => let m := factors_of a l in factors_of b m
  | ?a - ?b => let m := factors_of a l in factors_of b m
  | ?a * ?b => let m := factors_of a l in factors_of b m
  | ?a / ?b => let m := factors_of a l in factors_of b m
  | - ?a => factors_of a l
  | / ?a => factors_of a l
  | Sum _ _ => l
  | ln _ => l
  | IZR _ => l
  | _ => with_atom t l
  end.
Ltac alike_marginals := lazymatch goal with |- ?a = ?b =>
  let l := factors_of a tt in let m := factors_of b l in meet_all m ltac:(samed) end.
Ltac no_places := repeat match goal with |- context [?t] => lazymatch type of t with R =>
  lazymatch t with context [one _] => fail | context [range _ _] => idtac | context [@nil Z] => idtac end;
  (let E := fresh in assert (E : t = 1) by nothing; rewrite E; clear E) end end.
Ltac same_term o := cbv beta; lazymatch goal with
  | |- ?a = ?a => reflexivity
  | |- ln ?a = ln ?b => same_head a b; apply f_equal; same_atom
  | |- Sum (seqs ?A ?l ?v) _ = Sum (seqs ?A ?m ?v) _ =>
      (tryif constr_eq l m then idtac else
        (etransitivity; [ apply (seqs_alike A l m v); [ nodup | nodup | solve [members] ] | ]));
      apply Sum_ext_in; let a := fresh "a" in let H := fresh in intros a H; same_term o
  | |- ?w * ?a = ?u * ?b => apply weight_alike;
      [ nn | first [ reflexivity | solve [no_places; alike_marginals; leaf_alike] ] | let H := fresh in intros H; split_pos; meeting o ]
  | |- _ => same_atom
  end
with meeting o := first [ same_already | eapply lin_eq; [ linear o | linear o | settle o ] ]
with settle o := rewrite ?Sum_0; first
  [ ring
  | meet ltac:(same_term o); first
    [ ring | eapply lin_eq; [ linear o | linear o | first [ ring | meet ltac:(same_term o); ring ] ] ] ].
Ltac shared o := cbv beta; lazymatch goal with
  | |- Sum ?D _ = Sum ?D _ => first
      [ solve [ apply Sum_ext_in; let a := fresh "a" in let H := fresh in intros a H; bounded; shared o ] | meeting o ]
  | |- ?w * _ = ?w * _ => apply weight_same; [ nn | let H := fresh in intros H; split_pos; shared o ]
  | |- _ => meeting o
  end.

(** quotients of marginals; a certificate says which lemmas there are of sums over some of their places *)
Ltac summed_up := fail.
Ltac opening := fail.
Ltac inside_lists := solve [ unfold incl; members ].
Ltac at_sum lemma := eapply lemma; [ nodup | inside_lists | inside_lists ].
Ltac at_opening lemma := eapply lemma; [ nodup | inside_lists | solve [apart_lists] ].
Lemma open_at (A : alphabet) (m : list Z) (v : Z -> A) (f : (Z -> A) -> R) a b : Sum (seqs A m v) f = a -> a = b -> b = Sum (seqs A m v) f.
Proof. congruence. Qed.
Lemma lin_div a b r s : a = r -> b = s -> a / b = r / s. Proof. congruence. Qed.
Lemma pull_div (D : domain) f c r : Sum D f = r -> Sum D (fun a => f a / c) = r / c. Proof. intros <-. apply Sum_div. Qed.
Lemma pull_left (D : domain) f c r : Sum D f = r -> Sum D (fun a => c * f a) = c * r. Proof. intros <-. apply Sum_scal. Qed.
Lemma pull_right (D : domain) f c r : Sum D f = r -> Sum D (fun a => f a * c) = r * c. Proof. intros <-. apply Sum_scal_r. Qed.
Ltac pulled := cbv beta; match goal with
  | |- Sum _ (fun a => @?f a / ?c) = _ => eapply pull_div; pulled
  | |- Sum _ (fun a => ?c * @?f a) = _ => eapply pull_left; pulled
  | |- Sum _ (fun a => @?f a * ?c) = _ => eapply pull_right; pulled
  | |- _ => first [ summed_up | reflexivity ]
  end.
(** e = ?r, where r is of marginals of which no more can be taken (by t) *)
Ltac reduced t := cbv beta; lazymatch goal with
  | |- _ + _ = _ => eapply lin_plus; reduced t
  | |- _ - _ = _ => eapply lin_minus; reduced t
  | |- _ * _ = _ => eapply lin_mult; reduced t
  | |- _ / _ = _ => eapply lin_div; reduced t
  | |- Sum _ _ = _ => eapply lin_sum; [ let a := fresh "a" in let H := fresh in intros a H; bounded; reduced t | pulled ]
  | |- ln _ = _ => reflexivity
  | |- _ => first [ nothing | eapply eq_trans; [ blinded | reduced t ] | eapply eq_trans; [ t | reduced t ] | reflexivity ]
  end.
Ltac marginal_like t := lazymatch type of t with R => lazymatch t with
  | _ + _ => fail | _ - _ => fail | _ * _ => fail | _ / _ => fail | / _ => fail | - _ => fail
  | Sum _ _ => fail | Prod _ _ => fail | ln _ => fail | IZR _ => fail | _ => idtac end end.
Ltac by_ring := first [ ring | unfold Rdiv; ring ].
(** where a marginal is 0, and where it isn't *)
Ltac by_sign := match goal with |- context [?t] => marginal_like t;
  let N := fresh in assert (N : 0 <= t) by nn; destruct N as [N|N];
  [ solve [ field; snz ] | rewrite <- N; solve [ by_ring ] ] end.
Ltac closed := first [ by_ring | alike_marginals; first [ by_ring | solve [ field; snz ] | by_sign ] ].
Ltac ratio t := eapply lin_eq; [ reduced t | reduced t | closed ].
Ltac ratios t := cbv beta; first
  [ lazymatch goal with
    | |- Sum ?D _ = Sum ?D _ => apply Sum_ext_in; let a := fresh "a" in let H := fresh in intros a H; bounded; solve [ratios t]
    | |- ?w * _ = ?w * _ => apply weight_same; [ nn | let H := fresh in intros H; split_pos; solve [ratios t] ]
    | |- ln ?a = ln ?b => apply f_equal; solve [ratios t]
    end
  | ratio t ].
(** one that is not over some places is the sum over these *)
Ltac opened := match goal with |- context [Sum (seqs ?A ?m ?v) _] => match goal with |- context [?d] => marginal_like d;
  let E := fresh in eassert (E : d = Sum (seqs A m v) _) by opening; rewrite E; clear E; rewrite <- ?Sum_div;
  solve [ ratios ltac:(taken) | symmetry; ratios ltac:(taken) ] end end.
Ltac seq_ratio := seq_start; split_pos; first [ solve [ratios ltac:(taken)] | solve [ratios ltac:(fail)] | opened ].
Ltac seq_index := seq_start; solve [shared ltac:(fail)].
Ltac seq_factors := seq_start; solve [shared ltac:(prefixed)].
