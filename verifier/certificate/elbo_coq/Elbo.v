(* Finite alphabets, sums over them, logarithms, expectations, divergences, and the inequalities that
   bounds rest on. The standard library of Coq alone is used. *)
From Coq Require Export Reals Lra List.
From Coq Require Import FinFun Setoid Morphisms.
Import ListNotations.
Open Scope R_scope.

(* ------------------------------------------------------------------ *)
(** * Finite alphabets *)

(** What a sum is over: a list of what there is of a type; all, or some. *)
Record domain : Type := Domain { carrier :> Type; enum : list carrier }.
(** A finite non-empty set: a type together with a duplicate-free complete list. *)
Record alphabet : Type := Alphabet {
  whole :> domain;
  enum_nonempty : enum whole <> nil;
  enum_nodup : NoDup (enum whole);
  enum_full : forall a : whole, In a (enum whole) }.

Definition lsum {T : Type} (f : T -> R) (l : list T) : R :=
  fold_right (fun a s => f a + s) 0 l.

Definition Sum (A : domain) (f : A -> R) : R := lsum f (enum A).

Notation "'\sum' ( z : A ) e" := (Sum A (fun z => e))
  (at level 36, z name, e at level 39, format "'\sum' ( z : A )  e") : R_scope.

Global Instance Sum_proper (A : domain) : Proper (pointwise_relation A eq ==> eq) (Sum A).
Proof. intros f g H. unfold Sum. induction (enum A) as [|a l IH]; simpl; [reflexivity|]. now rewrite H, IH. Qed.

(** Finite products *)
Definition lprod {T : Type} (f : T -> R) (l : list T) : R :=
  fold_right (fun a s => f a * s) 1 l.
Definition Prod (A : domain) (f : A -> R) : R := lprod f (enum A).

Definition card (A : domain) : R := Sum A (fun _ => 1).

(* ------------------------------------------------------------------ *)
(** * Sums *)
Section LSum.
Context {T U : Type}.
Implicit Types (l : list T) (f g : T -> R).
Lemma lsum_ext l f g : (forall a, f a = g a) -> lsum f l = lsum g l.
Proof. intros H; induction l; simpl; [reflexivity|now rewrite H, IHl]. Qed.
Lemma lsum_plus l f g : lsum (fun a => f a + g a) l = lsum f l + lsum g l.
Proof. induction l; simpl; [ring|rewrite IHl; ring]. Qed.
Lemma lsum_scal l c f : lsum (fun a => c * f a) l = c * lsum f l.
Proof. induction l; simpl; [ring|rewrite IHl; ring]. Qed.
Lemma lsum_0 l : lsum (fun _ => 0) l = 0.
Proof. induction l; simpl; [reflexivity|rewrite IHl; ring]. Qed.
Lemma lsum_le l f g : (forall a, f a <= g a) -> lsum f l <= lsum g l.
Proof. intros H; induction l; simpl; [lra|pose proof (H a); lra]. Qed.
Lemma lsum_nonneg l f : (forall a, 0 <= f a) -> 0 <= lsum f l.
Proof. intros H; induction l; simpl; [lra|pose proof (H a); lra]. Qed.
Lemma lsum_app l1 l2 f : lsum f (l1 ++ l2) = lsum f l1 + lsum f l2.
Proof. induction l1; simpl; [ring|rewrite IHl1; ring]. Qed.
Lemma lsum_map (h : U -> T) (l : list U) f : lsum f (map h l) = lsum (fun u => f (h u)) l.
Proof. induction l; simpl; [reflexivity|now rewrite IHl]. Qed.
End LSum.
Lemma lsum_swap {T U} (l : list T) (m : list U) (f : T -> U -> R) :
  lsum (fun a => lsum (f a) m) l = lsum (fun b => lsum (fun a => f a b) l) m.
Proof.
  induction l; simpl; [now rewrite lsum_0|].
  rewrite IHl, lsum_plus. reflexivity.
Qed.

Section SumLemmas.
Variable A : domain.
Implicit Types f g : A -> R.
Lemma Sum_ext f g : (forall a, f a = g a) -> Sum A f = Sum A g.
Proof. apply lsum_ext. Qed.
Lemma Sum_plus f g : Sum A (fun a => f a + g a) = Sum A f + Sum A g.
Proof. apply lsum_plus. Qed.
Lemma Sum_scal c f : Sum A (fun a => c * f a) = c * Sum A f.
Proof. apply lsum_scal. Qed.
Lemma Sum_scal_r c f : Sum A (fun a => f a * c) = Sum A f * c.
Proof. rewrite (Sum_ext _ (fun a => c * f a)), Sum_scal; intros; ring. Qed.
Lemma Sum_div c f : Sum A (fun a => f a / c) = Sum A f / c.
Proof. apply Sum_scal_r. Qed.
Lemma Sum_opp f : Sum A (fun a => - f a) = - Sum A f.
Proof. rewrite (Sum_ext _ (fun a => (-1) * f a)), Sum_scal; intros; ring. Qed.
Lemma Sum_minus f g : Sum A (fun a => f a - g a) = Sum A f - Sum A g.
Proof. unfold Rminus. now rewrite Sum_plus, Sum_opp. Qed.
Lemma Sum_0 : Sum A (fun _ => 0) = 0.
Proof. apply lsum_0. Qed.
Lemma Sum_const c : Sum A (fun _ => c) = c * card A.
Proof. unfold card. rewrite <- Sum_scal. apply Sum_ext; intros; ring. Qed.
Lemma Sum_le f g : (forall a, f a <= g a) -> Sum A f <= Sum A g.
Proof. apply lsum_le. Qed.
Lemma Sum_nonneg f : (forall a, 0 <= f a) -> 0 <= Sum A f.
Proof. apply lsum_nonneg. Qed.
Lemma Sum_pos_some f : enum A <> nil -> (forall a, 0 < f a) -> 0 < Sum A f.
Proof.
  intros N H. unfold Sum. destruct (enum A) as [|a l]; simpl in *; [congruence|].
  assert (0 <= lsum f l) by (apply lsum_nonneg; intros b; left; apply H).
  pose proof (H a); lra.
Qed.
(** a single term is at most the whole sum: used for p(x) <= 1 *)
Lemma Sum_ge_in f a : In a (enum A) -> (forall b, 0 <= f b) -> f a <= Sum A f.
Proof.
  intros Hin H. unfold Sum.
  induction (enum A) as [|b l IH]; simpl in *; [contradiction|].
  assert (0 <= lsum f l) by (apply lsum_nonneg; intros; apply H).
  pose proof (H b). destruct Hin as [->|Hin]; [lra|]. specialize (IH Hin). lra.
Qed.
Lemma Sum_ext_in f g : (forall a, In a (enum A) -> f a = g a) -> Sum A f = Sum A g.
Proof.
  unfold Sum. induction (enum A) as [|b l IH]; simpl; intros H; [reflexivity|].
  rewrite (H b), IH; auto.
Qed.
Lemma Sum_le_in f g : (forall a, In a (enum A) -> f a <= g a) -> Sum A f <= Sum A g.
Proof.
  unfold Sum. induction (enum A) as [|b l IH]; simpl; intros H; [lra|].
  apply Rplus_le_compat; auto.
Qed.
End SumLemmas.
Lemma Sum_pos (A : alphabet) f : (forall a, 0 < f a) -> 0 < Sum A f.
Proof. apply Sum_pos_some, enum_nonempty. Qed.
Lemma Sum_ge_term (A : alphabet) f a : (forall b, 0 <= f b) -> f a <= Sum A f.
Proof. apply Sum_ge_in, enum_full. Qed.
Lemma Sum_swap (A B : domain) (f : A -> B -> R) :
  Sum A (fun a => Sum B (fun b => f a b)) = Sum B (fun b => Sum A (fun a => f a b)).
Proof. apply lsum_swap. Qed.
Lemma card_pos (A : alphabet) : 0 < card A.
Proof. apply Sum_pos; intros; lra. Qed.

Lemma Prod_pos (A : domain) f : (forall a, 0 < f a) -> 0 < Prod A f.
Proof.
  intros H. unfold Prod. induction (enum A); simpl; [lra|].
  apply Rmult_lt_0_compat; auto.
Qed.
Lemma Prod_ext (A : domain) f g : (forall a, f a = g a) -> Prod A f = Prod A g.
Proof. intros H; unfold Prod; induction (enum A); simpl; [reflexivity|now rewrite H, IHl]. Qed.
Lemma Prod_ext_in (D : domain) f g : (forall a, In a (enum D) -> f a = g a) -> Prod D f = Prod D g.
Proof. unfold Prod. induction (enum D) as [|b l IH]; simpl; intros H; [reflexivity|]. rewrite (H b), IH; auto. Qed.
Lemma Prod_mult (A : domain) f g : Prod A (fun a => f a * g a) = Prod A f * Prod A g.
Proof. unfold Prod; induction (enum A); simpl; [ring|rewrite IHl; ring]. Qed.

(* ------------------------------------------------------------------ *)
(** * Logarithm *)
Lemma ln_div x y : 0 < x -> 0 < y -> ln (x / y) = ln x - ln y.
Proof. intros; unfold Rdiv; rewrite ln_mult, ln_Rinv; auto using Rinv_0_lt_compat; lra. Qed.
Lemma ln_le_sub1 u : 0 < u -> ln u <= u - 1.
Proof. intros Hu. pose proof (exp_ineq1_le (ln u)). rewrite exp_ln in H; lra. Qed.
Lemma ln_ge_1_sub_inv u : 0 < u -> 1 - / u <= ln u.
Proof.
  intros Hu. pose proof (ln_le_sub1 (/ u) (Rinv_0_lt_compat _ Hu)).
  rewrite ln_Rinv in H; lra.
Qed.
Lemma Prod_pos_in (D : domain) f : (forall a, In a (enum D) -> 0 < f a) -> 0 < Prod D f.
Proof.
  unfold Prod. induction (enum D) as [|a l IH]; simpl; intros H; [lra|].
  apply Rmult_lt_0_compat; [apply H; now left|apply IH; intros; apply H; now right].
Qed.
Lemma ln_Prod_in (D : domain) f : (forall a, In a (enum D) -> 0 < f a) -> ln (Prod D f) = Sum D (fun a => ln (f a)).
Proof.
  unfold Prod, Sum. induction (enum D) as [|a l IH]; simpl; intros H; [apply ln_1|].
  rewrite ln_mult, IH; auto.
  assert (K : forall b, In b l -> 0 < f b) by auto. clear IH H.
  induction l as [|b l IH]; simpl; [lra|]. apply Rmult_lt_0_compat; [apply K; now left|apply IH; intros; apply K; now right].
Qed.
Lemma ln_le_mono x y : 0 < x -> x <= y -> ln x <= ln y.
Proof. intros Hx [H|<-]; [left; now apply ln_increasing|lra]. Qed.

(* ------------------------------------------------------------------ *)
(** * Expectation, KL divergence, entropy (definitional) *)
Definition E  (A : domain) (q f : A -> R) : R := Sum A (fun a => q a * f a).
Definition KL (A : domain) (q p : A -> R) : R := Sum A (fun a => q a * ln (q a / p a)).
Definition Ent (A : domain) (q : A -> R) : R := - Sum A (fun a => q a * ln (q a)).
Definition CE (A : domain) (q p : A -> R) : R := - Sum A (fun a => q a * ln (p a)).

(** Pairs *)
Lemma NoDup_app_intro {T} (l m : list T) :
  NoDup l -> NoDup m -> (forall a, In a l -> ~ In a m) -> NoDup (l ++ m).
Proof.
  induction l as [|a l IH]; simpl; intros Hl Hm Hd; [exact Hm|].
  inversion_clear Hl. constructor.
  - rewrite in_app_iff. intros [?|?]; [contradiction|]. now apply (Hd a); [left|].
  - apply IH; auto.
Qed.
Definition both_of (A B : domain) : domain := Domain (A * B) (list_prod (enum A) (enum B)).
Lemma sum_of_two (A B : domain) (g : A -> B -> R) :
  Sum A (fun a => Sum B (fun b => g a b)) = Sum (both_of A B) (fun c => g (fst c) (snd c)).
Proof.
  unfold Sum, both_of. simpl. induction (enum A) as [|a l IH]; simpl; [reflexivity|].
  now rewrite lsum_app, lsum_map, IH.
Qed.

(* ------------------------------------------------------------------ *)
(** * Gibbs and Jensen *)
(** Weights are never negative and may be 0: what is asked of the rest is asked where they aren't. *)
Lemma weighed_le w l r : 0 <= w -> (0 < w -> l <= r) -> w * l <= w * r.
Proof. intros [H| <-] P; [apply Rmult_le_compat_l; lra|lra]. Qed.
Lemma weighed_nonneg w g : 0 <= w -> (0 < w -> 0 <= g) -> 0 <= w * g.
Proof. intros [H| <-] P; [apply Rmult_le_pos; lra|lra]. Qed.
Theorem E_mono (A : domain) (w l r : A -> R) :
  (forall a, 0 <= w a) -> (forall a, 0 < w a -> l a <= r a) ->
  Sum A (fun a => w a * l a) <= Sum A (fun a => w a * r a).
Proof. intros Hw Hl. apply Sum_le. intros a. apply weighed_le; auto. Qed.
Theorem E_nonneg (A : domain) (w g : A -> R) :
  (forall a, 0 <= w a) -> (forall a, 0 < w a -> 0 <= g a) -> 0 <= Sum A (fun a => w a * g a).
Proof. intros Hw Hg. apply Sum_nonneg. intros a. apply weighed_nonneg; auto. Qed.

Theorem KL_bound (A : domain) (q p : A -> R) :
  (forall a, 0 <= q a) -> (forall a, 0 <= p a) -> (forall a, 0 < q a -> 0 < p a) ->
  Sum A q - Sum A p <= KL A q p.
Proof.
  intros Hq Hp D. unfold KL. rewrite <- Sum_minus.
  apply Sum_le. intros a. destruct (Hq a) as [H| <-].
  - pose proof (D a H) as P. assert (Hr : 0 < q a / p a) by (apply Rdiv_lt_0_compat; auto).
    pose proof (ln_ge_1_sub_inv _ Hr) as Hl.
    replace (q a - p a) with (q a * (1 - / (q a / p a))) by (field; lra).
    apply Rmult_le_compat_l; lra.
  - pose proof (Hp a). lra.
Qed.
Theorem Gibbs (A : domain) (q p : A -> R) :
  (forall a, 0 <= q a) -> (forall a, 0 <= p a) -> (forall a, 0 < q a -> 0 < p a) ->
  Sum A q = 1 -> Sum A p <= 1 -> 0 <= KL A q p.
Proof. intros Hq Hp D Nq Np. pose proof (KL_bound A q p Hq Hp D). lra. Qed.
(** a divergence is 0 only where the laws are one *)
Theorem KL_zero (A : alphabet) (q p : A -> R) :
  (forall a, 0 <= q a) -> (forall a, 0 <= p a) -> (forall a, 0 < q a -> 0 < p a) ->
  Sum A q = 1 -> Sum A p <= 1 -> KL A q p = 0 -> forall a, q a = p a.
Proof.
  intros Hq Hp D Nq Np K a.
  set (t := fun b => q b * ln (q b / p b) - (q b - p b)).
  assert (T : forall b, 0 <= t b).
  { intros b. unfold t. destruct (Hq b) as [H| <-]; [|pose proof (Hp b); lra].
    pose proof (D b H) as P. assert (Hr : 0 < q b / p b) by (apply Rdiv_lt_0_compat; auto).
    pose proof (ln_ge_1_sub_inv _ Hr) as Hl.
    replace (q b - p b) with (q b * (1 - / (q b / p b))) by (field; lra).
    assert (q b * (1 - / (q b / p b)) <= q b * ln (q b / p b)) by (apply Rmult_le_compat_l; lra). lra. }
  assert (Z : t a = 0).
  { pose proof (Sum_ge_term A t a T) as G. pose proof (T a).
    assert (Sum A t <= 0); [|lra].
    unfold t. rewrite Sum_minus, Sum_minus. unfold KL in K. rewrite K. lra. }
  unfold t in Z. destruct (Hq a) as [H|H]; [|rewrite <- H in *; lra].
  pose proof (D a H) as P. assert (Hr : 0 < p a / q a) by (apply Rdiv_lt_0_compat; auto).
  assert (Hl : ln (q a / p a) = - ln (p a / q a)) by (rewrite !ln_div; trivial; ring).
  destruct (Req_dec (ln (p a / q a)) 0) as [E|E].
  - assert (q a = p a); [|assumption]. rewrite Hl, E in Z. lra.
  - exfalso. pose proof (exp_ineq1 _ E) as S. rewrite exp_ln in S by exact Hr.
    apply (Rmult_lt_compat_l (q a)) in S; [|exact H].
    replace (q a * (p a / q a)) with (p a) in S by (field; lra). rewrite Hl in Z. lra.
Qed.
(** a mass is at most 1, its logarithm at most 0 *)
Lemma ln_mass u : 0 <= u -> u <= 1 -> ln u <= 0.
Proof. intros [H| <-] L; [rewrite <- ln_1; now apply ln_le_mono|]. unfold ln. destruct (Rlt_dec 0 0); [exfalso|]; lra. Qed.
Theorem CE_nonneg (A : alphabet) (q p : A -> R) :
  (forall a, 0 <= q a) -> (forall a, 0 <= p a) -> Sum A p <= 1 -> 0 <= CE A q p.
Proof.
  intros Hq Hp N. unfold CE. rewrite <- Sum_opp. apply Sum_nonneg. intros a.
  assert (L : ln (p a) <= 0) by (apply ln_mass; [auto|]; pose proof (Sum_ge_term A p a Hp); lra).
  pose proof (Rmult_le_pos (q a) (- ln (p a)) (Hq a) ltac:(lra)). lra.
Qed.
Theorem Ent_nonneg (A : alphabet) (q : A -> R) : (forall a, 0 <= q a) -> Sum A q <= 1 -> 0 <= Ent A q.
Proof. intros Hq N. exact (CE_nonneg A q q Hq Hq N). Qed.
(** over two variables *)
Theorem Gibbs2 (A B : domain) (q p : A -> B -> R) :
  (forall a b, 0 <= q a b) -> (forall a b, 0 <= p a b) -> (forall a b, 0 < q a b -> 0 < p a b) ->
  Sum A (fun a => Sum B (fun b => q a b)) = 1 -> Sum A (fun a => Sum B (fun b => p a b)) <= 1 ->
  0 <= Sum A (fun a => KL B (q a) (p a)).
Proof.
  intros Hq Hp D Nq Np.
  assert (K : Sum A (fun a => Sum B (fun b => q a b) - Sum B (fun b => p a b)) <= Sum A (fun a => KL B (q a) (p a))).
  { apply Sum_le. intros a. exact (KL_bound B (q a) (p a) (Hq a) (Hp a) (D a)). }
  rewrite Sum_minus in K. lra.
Qed.

Theorem Jensen (A : domain) (w f : A -> R) :
  (forall a, 0 <= w a) -> (forall a, 0 < w a -> 0 < f a) -> Sum A w = 1 ->
  Sum A (fun a => w a * ln (f a)) <= ln (Sum A (fun a => w a * f a)).
Proof.
  intros Hw Hf Nw. set (m := Sum A (fun a => w a * f a)).
  assert (Hwf : forall a, 0 <= w a * f a) by (intros a; apply weighed_nonneg; [auto|intros; left; auto]).
  assert (Hm : 0 < m).
  { destruct (Rle_lt_dec m 0) as [Hm|]; [exfalso|assumption].
    assert (Hz : Sum A w <= 0); [|lra].
    rewrite <- (Sum_0 A). apply Sum_le_in. intros a Ia.
    pose proof (Sum_ge_in A (fun b => w b * f b) a Ia Hwf) as Ha. fold m in Ha. cbv beta in Ha.
    destruct (Hw a) as [H|H]; [|lra]. pose proof (Rmult_lt_0_compat _ _ H (Hf a H)). lra. }
  assert (Hle : Sum A (fun a => w a * ln (f a) - w a * ln m) <= Sum A (fun a => (w a * f a) * / m - w a)).
  { apply Sum_le. intros a. destruct (Hw a) as [H| <-]; [|lra]. pose proof (Hf a H) as P.
    assert (Hr : 0 < f a / m) by (apply Rdiv_lt_0_compat; auto).
    pose proof (ln_le_sub1 _ Hr) as Hl. rewrite ln_div in Hl; auto.
    replace (w a * ln (f a) - w a * ln m) with (w a * (ln (f a) - ln m)) by ring.
    replace (w a * f a * / m - w a) with (w a * (f a / m - 1)) by (unfold Rdiv; ring).
    apply Rmult_le_compat_l; [left; auto|assumption]. }
  rewrite !Sum_minus, !Sum_scal_r, Nw in Hle. fold m in Hle.
  rewrite Rinv_r in Hle; lra.
Qed.

Theorem Jensen2 (A B : domain) (w f : A -> B -> R) :
  (forall a b, 0 <= w a b) -> (forall a b, 0 < w a b -> 0 < f a b) -> Sum A (fun a => Sum B (fun b => w a b)) = 1 ->
  Sum A (fun a => Sum B (fun b => w a b * ln (f a b))) <= ln (Sum A (fun a => Sum B (fun b => w a b * f a b))).
Proof.
  intros Hw Hf Nw. rewrite !sum_of_two in *.
  apply (Jensen (both_of A B) (fun c => w (fst c) (snd c)) (fun c => f (fst c) (snd c))); auto.
Qed.

(** Jensen's inequality for a function that is concave on D, of which an average of what is in D is *)
Definition concave (D : R -> Prop) (f : R -> R) : Prop := forall t a b, 0 <= t <= 1 -> D a -> D b ->
  t * f a + (1 - t) * f b <= f (t * a + (1 - t) * b).
Definition convex (D : R -> Prop) (f : R -> R) : Prop := concave D (fun u => - f u).
Definition interval (D : R -> Prop) : Prop := forall t a b, 0 <= t <= 1 -> D a -> D b -> D (t * a + (1 - t) * b).
Lemma Jensen_list (T : Type) (D : R -> Prop) (f : R -> R) (w y : T -> R) (l : list T) :
  concave D f -> interval D -> (forall a, 0 <= w a) -> (forall a, 0 < w a -> D (y a)) -> 0 < lsum w l ->
  D (lsum (fun a => w a * y a) l / lsum w l) /\
  lsum (fun a => w a * f (y a)) l <= lsum w l * f (lsum (fun a => w a * y a) l / lsum w l).
Proof.
  intros Cf CD Hw HD. induction l as [|a l IH]; simpl; intros P; [lra|].
  assert (N : 0 <= lsum w l) by now apply lsum_nonneg.
  destruct (Hw a) as [Ha|Ha].
  - destruct N as [N|N].
    + destruct (IH N) as [Dl Il]. set (S := lsum w l) in *. set (Y := lsum (fun b => w b * y b) l) in *.
      assert (Ht : 0 <= w a / (w a + S) <= 1).
      { split; [apply Rmult_le_pos; [lra|left; apply Rinv_0_lt_compat; lra]|].
        apply (Rmult_le_reg_r (w a + S)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
      assert (E1 : (w a * y a + Y) / (w a + S) = w a / (w a + S) * y a + (1 - w a / (w a + S)) * (Y / S))
        by (field; lra).
      rewrite E1. split; [apply CD; auto|].
      pose proof (Cf _ _ _ Ht (HD a Ha) Dl) as K.
      apply (Rmult_le_compat_l (w a + S)) in K; [|lra].
      replace ((w a + S) * (w a / (w a + S) * f (y a) + (1 - w a / (w a + S)) * f (Y / S)))
        with (w a * f (y a) + S * f (Y / S)) in K by (field; lra). lra.
    + assert (Z : forall g, lsum (fun b => w b * g b) l = 0).
      { intros g. clear IH P. induction l as [|b l IH]; simpl in *; [reflexivity|].
        assert (0 <= lsum w l) by now apply lsum_nonneg. pose proof (Hw b).
        assert (w b = 0) by lra. rewrite IH by lra. rewrite H1. ring. }
      rewrite (Z y), (Z (fun b => f (y b))), <- N.
      replace ((w a * y a + 0) / (w a + 0)) with (y a) by (field; lra). split; [auto|lra].
  - rewrite <- Ha in *. rewrite !Rmult_0_l, !Rplus_0_l in *. now apply IH.
Qed.
Theorem Jensen_concave (A : domain) (D : R -> Prop) (f : R -> R) (w y : A -> R) :
  concave D f -> interval D -> (forall a, 0 <= w a) -> (forall a, 0 < w a -> D (y a)) -> Sum A w = 1 ->
  Sum A (fun a => w a * f (y a)) <= f (Sum A (fun a => w a * y a)).
Proof.
  intros Cf CD Hw HD N. unfold Sum in *.
  destruct (Jensen_list A D f w y (enum A) Cf CD Hw HD) as [_ K]; [lra|].
  rewrite N in K. unfold Rdiv in K. rewrite Rinv_1, Rmult_1_r, Rmult_1_l in K. exact K.
Qed.

(** E_w[ln u] <= E_w[u - 1] : the pointwise bound ln u <= u - 1 under an expectation *)
Theorem E_ln_bound (A : domain) (w u : A -> R) :
  (forall a, 0 <= w a) -> (forall a, 0 < w a -> 0 < u a) ->
  Sum A (fun a => w a * ln (u a)) <= Sum A (fun a => w a * (u a - 1)).
Proof. intros Hw Hu. apply E_mono; [assumption|]. intros; now apply ln_le_sub1, Hu. Qed.
(** a step a >= b (or b <= a) whose gap is the gap of a proven inequality l <= r *)
Lemma ge_of_gap a b l r : l <= r -> a - b = r - l -> a >= b.
Proof. intros; lra. Qed.
Lemma le_of_gap a b l r : l <= r -> b - a = r - l -> a <= b.
Proof. intros; lra. Qed.
(** a step a = b whose difference is that of a proven equality l = r *)
Lemma eq_of_gap a b l r : l = r -> a - b = l - r -> a = b.
Proof. intros; lra. Qed.
(** gluing a chain *)
Lemma ge_eq_l a b c : a = b -> b >= c -> a >= c. Proof. intros ->; auto. Qed.

